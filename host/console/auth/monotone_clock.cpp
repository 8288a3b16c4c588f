#include "host/console/auth/monotone_clock.hpp"

#include <algorithm>

namespace masthead::console::auth {

std::int64_t MonotoneClock::wallMs() const {
    const std::lock_guard lock(mutex_);
    const std::int64_t steady = system_.steadyMs();
    const std::int64_t walked = reached_ > 0 ? reached_ + (steady - at_) : 0;
    reached_ = std::max(system_.wallMs(), walked);
    at_ = steady;
    return reached_;
}

void MonotoneClock::raise(std::int64_t wall_ms) {
    const std::lock_guard lock(mutex_);
    if (wall_ms <= reached_) return;
    reached_ = wall_ms;
    at_ = system_.steadyMs();
}

}  // namespace masthead::console::auth
