// A wall clock that never goes back: it follows the system's clock forward, and walks on by itself while that one is behind. So
// setting the clock back does not revive an expired session, link or lock. floor() is kept over restarts by the caller.
// Thread-safe.
#pragma once

#include <mutex>

#include "host/base/clock.hpp"

namespace masthead::console::auth {

class MonotoneClock final : public Clock {
public:
    explicit MonotoneClock(Clock& system) : system_(system) {}

    std::int64_t steadyMs() const override { return system_.steadyMs(); }
    std::int64_t wallMs() const override;
    /// From now on at least `wall_ms`: what wallMs() had reached before a restart.
    void raise(std::int64_t wall_ms);

private:
    Clock& system_;
    mutable std::mutex mutex_;          // guards both below
    mutable std::int64_t reached_ = 0;  // the latest answer
    mutable std::int64_t at_ = 0;       // the steady time of it
};

}  // namespace masthead::console::auth
