// Text forms of single values: durations, listening addresses. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/config/config.hpp"

namespace masthead::config {

/// "250ms", "30s", "5m", "12h", "7d" in milliseconds; nullopt on anything else and on overflow.
std::optional<std::uint32_t> parseDuration(std::string_view text);
/// The shortest exact form: 90000 gives "90s".
std::string formatDuration(std::uint32_t ms);

/// "127.0.0.1:8443" or "[::1]:8443"; the address must be an IP literal.
Result<Listen> parseListen(std::string_view text);
std::string formatListen(const Listen& listen);
bool isLoopback(const std::string& address);
bool isIpLiteral(const std::string& address);

}  // namespace masthead::config
