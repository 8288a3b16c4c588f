// The text of an API token: "masthead_" + 8 id + 43 base64url (256 bit) + 6 base-62 CRC-32 of all before. The CRC lets a
// mistyped or invented token be refused without a look into the database, and a secret scanner be sure of what it found:
// masthead_[0-9A-Za-z]{8}[0-9A-Za-z_-]{43}[0-9A-Za-z]{6}. Pure functions but makeTokenText().
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace masthead::console::auth {

inline constexpr std::string_view kTokenPrefix = "masthead_";
inline constexpr std::size_t kTokenIdSize = 8;
inline constexpr std::size_t kTokenSize = 66;

/// A new one from the kernel's randomness.
std::string makeTokenText();
/// The id inside a text of the right shape and checksum.
std::optional<std::string> tokenIdIn(std::string_view text);
/// The checksum of everything before it.
std::string tokenChecksum(std::string_view text);

}  // namespace masthead::console::auth
