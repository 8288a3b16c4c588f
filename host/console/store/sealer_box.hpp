// One authenticated box: XChaCha20-Poly1305 by libsodium with a fresh nonce in front. Pure functions; who holds which key, and
// what a box is bound to, is the business of Sealer and KeyRing.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace masthead::console::store {

inline constexpr std::size_t kBoxKey = 32;
inline constexpr std::size_t kBoxNonce = 24;
inline constexpr std::size_t kBoxTag = 16;

/// nonce + ciphertext + tag. `key` has kBoxKey bytes; `bound` must be given again to open it.
std::string closeBox(std::string_view key, std::string_view plain, std::string_view bound);
/// Nullopt when the bytes were changed, or closed with another key or binding.
std::optional<std::string> openBox(std::string_view key, std::string_view box, std::string_view bound);
/// 32 bytes for one purpose, from a key of 32 bytes.
std::string deriveKey(std::string_view key, std::string_view purpose);

}  // namespace masthead::console::store
