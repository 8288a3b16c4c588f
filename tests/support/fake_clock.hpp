// A clock that moves only when told. Thread-safe.
#pragma once

#include <atomic>

#include "host/base/clock.hpp"

namespace masthead::testing {

class FakeClock final : public Clock {
public:
    explicit FakeClock(std::int64_t wall_ms = 1'800'000'000'000) : wall_offset_(wall_ms) {}
    std::int64_t steadyMs() const override { return now_; }
    std::int64_t wallMs() const override { return wall_offset_ + now_; }
    void advance(std::int64_t ms) { now_ += ms; }

private:
    std::atomic<std::int64_t> now_{0};
    std::int64_t wall_offset_;
};

}  // namespace masthead::testing
