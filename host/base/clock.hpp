// Clock is the only source of time for code that waits, expires or stamps, so that tests can use a fake one.
// Implementations are thread-safe. Milliseconds throughout: steady from an arbitrary origin, wall since the Unix epoch.
#pragma once

#include <chrono>
#include <cstdint>

namespace masthead {

class Clock {
public:
    virtual ~Clock() = default;
    virtual std::int64_t steadyMs() const = 0;
    virtual std::int64_t wallMs() const = 0;
};

class SystemClock final : public Clock {
public:
    std::int64_t steadyMs() const override {
        using namespace std::chrono;
        return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
    }
    std::int64_t wallMs() const override {
        using namespace std::chrono;
        return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
    }
};

}  // namespace masthead
