// The signature of webhooks: HMAC-SHA-256 over "<unix seconds>.<body>". Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace masthead::console::notify {

/// 32 raw bytes.
std::string hmacSha256(std::string_view key, std::string_view message);
/// "t=1700000000,v1=<64 hex digits>"
std::string webhookSignature(std::string_view secret, std::int64_t wall_ms, std::string_view body);

}  // namespace masthead::console::notify
