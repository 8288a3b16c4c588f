// Random numbers, SHA-256, base64url and sealed boxes, by libsodium. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onboarding {

/// `bytes` random bytes as base64url without padding.
std::string randomToken(std::size_t bytes);
std::uint32_t randomBelow(std::size_t bound);
/// SHA-256 as lower-case hex.
std::string sha256(std::string_view bytes);
std::string toBase64Url(std::string_view bytes);
/// Nothing when `text` is not canonical base64url without padding.
std::optional<std::string> fromBase64Url(std::string_view text);

/// An X25519 key pair, base64url.
struct KeyPair {
    std::string public_key, secret_key;
};
KeyPair makeKeyPair();
/// 32 bytes as base64url, and no point of small order.
bool isPublicKey(std::string_view text);
/// crypto_box_seal to a public key, as base64url; empty when the key is none.
std::string seal(std::string_view clear, std::string_view public_key);
std::optional<std::string> openSealed(std::string_view sealed, std::string_view secret_key);

/// Overwrites a text that held a secret.
void wipe(std::string& text);

}  // namespace onboarding
