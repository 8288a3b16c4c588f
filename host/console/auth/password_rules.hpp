// What a new password must be: 15 characters (12 where a second factor is asked for), at most 256 characters and 1024 bytes,
// not seen in breaches, padded or not, not made of well-known words, runs and repetitions, not of the product's or the owner's
// names. No composition rules. Lengths are those of the normalised text (NFC). Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace masthead::console::auth {

inline constexpr std::size_t kMinPassword = 15;
inline constexpr std::size_t kMinPasswordOfTwo = 12;
inline constexpr std::size_t kMaxPassword = 256;
inline constexpr std::size_t kMaxPasswordBytes = 1024;

/// Why the text cannot be hashed at all (too long, a control character, not UTF-8); nullopt = fine. For signing in too.
std::optional<std::string> unusablePassword(std::string_view password);
/// Why a new password is refused; nullopt = accepted. `context`: e-mail address, name, host of the public URL.
std::optional<std::string> weakPassword(std::string_view password, const std::vector<std::string>& context, std::size_t shortest = kMinPassword);
/// The same text whichever way a keyboard composes its letters (Unicode NFC); text that is not UTF-8 comes back as it is.
std::string normalizedPassword(std::string_view password);

}  // namespace masthead::console::auth
