// When a plugin that crashed the console may be loaded again. Pure functions over its crash times.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace masthead::console::plugins {

inline constexpr std::int64_t kCrashWindowMs = 10 * 60 * 1000;
inline constexpr std::size_t kQuarantineCrashes = 5;
inline constexpr std::int64_t kMaxBackoffMs = 60000;

struct CrashVerdict {
    bool quarantine = false;
    std::int64_t load_at = 0;  // wall ms; in the past = at once
    std::size_t recent = 0;    // crashes within the window
};

/// `crashes`: wall ms, any order; those before `forgiven_until` (a release) do not count.
CrashVerdict judgeCrashes(const std::vector<std::int64_t>& crashes, std::int64_t forgiven_until, std::int64_t now);

}  // namespace masthead::console::plugins
