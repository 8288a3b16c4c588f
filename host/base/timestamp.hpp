// RFC 3339 times in UTC, as milliseconds since the Unix epoch. Pure functions, no locale, no time zone database.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace masthead {

/// "2026-07-01T12:00:00.250Z"; the fraction is left out when it is zero.
std::string formatTimestamp(std::int64_t wall_ms);
/// Accepts fractions of any length (cut to ms) and numeric offsets; years 0001 to 9999.
std::optional<std::int64_t> parseTimestamp(std::string_view text);
/// Go's zero time, 0001-01-01T00:00:00Z, which headscale sends for "none".
inline constexpr std::int64_t kGoZeroTimeMs = -62135596800000;

}  // namespace masthead
