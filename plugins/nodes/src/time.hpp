// RFC 3339 times as seconds since 1970. Pure functions, no locale, no time zone database.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nodes {

/// Years 1970 to 9999; fractions are cut off, numeric offsets applied.
std::optional<std::int64_t> parseTime(std::string_view text);
std::int64_t now();

}  // namespace nodes
