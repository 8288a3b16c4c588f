// The pause before the next start: doubles from the minimum to the maximum, with jitter so that children and hosts do
// not restart in step. Pure function.
#pragma once

#include <algorithm>
#include <cstdint>

#include "host/config/config.hpp"

namespace masthead::supervisor {

/// `attempt` counts from 0; `random` in [0, 1). The result lies within the jitter of the plain value.
inline std::int64_t backoffDelay(const config::Supervisor& numbers, std::uint32_t attempt, double random) {
    std::int64_t plain = numbers.backoff_min_ms;
    for (std::uint32_t i = 0; i < attempt && plain < numbers.backoff_max_ms; ++i) plain *= 2;
    plain = std::min<std::int64_t>(plain, numbers.backoff_max_ms);
    const double spread = static_cast<double>(numbers.backoff_jitter_percent) / 100.0;
    return static_cast<std::int64_t>(static_cast<double>(plain) * (1.0 - spread + 2.0 * spread * random));
}

}  // namespace masthead::supervisor
