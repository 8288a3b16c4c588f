// Text forms of bytes: hex, base64, base64url (no padding), and SHA-256. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace masthead {

std::string hexEncode(std::string_view bytes);
std::optional<std::string> hexDecode(std::string_view text);
std::string base64Encode(std::string_view bytes);
std::string base64UrlEncode(std::string_view bytes);
/// Accepts the unpadded URL alphabet only; nullopt on any other byte or on non-canonical trailing bits.
std::optional<std::string> base64UrlDecode(std::string_view text);

/// 32 raw bytes.
std::string sha256(std::string_view bytes);
std::string sha256Hex(std::string_view bytes);
/// Compares in time that depends on the lengths only.
bool equalConstantTime(std::string_view left, std::string_view right);

}  // namespace masthead
