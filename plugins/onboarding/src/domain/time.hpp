// Times and durations as text. Pure functions, but for wallMs() of common.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/common.hpp"

namespace onboarding {

/// RFC 3339 in UTC, with milliseconds when there are any.
std::string formatTime(std::int64_t ms);
std::optional<std::int64_t> parseTime(std::string_view text);
/// "30s", "10m", "24h", "7d".
std::optional<std::int64_t> parseDuration(std::string_view text);
std::string formatDuration(std::int64_t ms);

}  // namespace onboarding
