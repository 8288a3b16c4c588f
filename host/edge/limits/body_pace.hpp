// How long a request body may take: after a grace of 5 s a sender must keep up 1 KiB/s, and the whole is bounded (DO-02).
// Pure functions on milliseconds since the body began.
#pragma once

#include <algorithm>
#include <cstdint>

namespace masthead::edge::limits {

inline constexpr std::int64_t kBodyGraceMs = 5000;
inline constexpr std::int64_t kBodyBytesPerSecond = 1024;

/// Milliseconds after the start by which the next byte must have come, given the bytes received so far.
constexpr std::int64_t nextByteDue(std::uint64_t received, std::int64_t total_ms) {
    const auto paced = kBodyGraceMs + static_cast<std::int64_t>(received) * 1000 / kBodyBytesPerSecond;
    return std::min(paced, total_ms);
}

}  // namespace masthead::edge::limits
