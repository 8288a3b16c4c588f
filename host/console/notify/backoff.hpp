// How long to wait before the next attempt: doubling from the first wait up to an hour, give or take a fifth. Pure.
#pragma once

#include <algorithm>
#include <cstdint>

namespace masthead::console::notify {

inline constexpr std::int64_t kMaxRetryMs = 60 * 60 * 1000;

/// `attempts` made so far (1 or more); `chance` from 0 to 1 spreads retries of many.
inline std::int64_t retryDelayMs(std::int64_t attempts, std::int64_t first_ms, double chance) {
    std::int64_t wait = std::min(first_ms, kMaxRetryMs);
    for (std::int64_t i = 1; i < attempts && wait < kMaxRetryMs; ++i) wait = std::min(wait * 2, kMaxRetryMs);
    return wait * 4 / 5 + static_cast<std::int64_t>(static_cast<double>(wait) * 0.4 * std::clamp(chance, 0.0, 1.0));
}

}  // namespace masthead::console::notify
