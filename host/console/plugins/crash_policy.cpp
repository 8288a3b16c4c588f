#include "host/console/plugins/crash_policy.hpp"

#include <algorithm>

namespace masthead::console::plugins {

CrashVerdict judgeCrashes(const std::vector<std::int64_t>& crashes, std::int64_t forgiven_until, std::int64_t now) {
    CrashVerdict out;
    std::int64_t last = 0;
    for (const auto at : crashes) {
        if (at <= forgiven_until || at <= now - kCrashWindowMs) continue;
        ++out.recent;
        last = std::max(last, at);
    }
    if (out.recent == 0) return out;
    out.quarantine = out.recent >= kQuarantineCrashes;
    const std::int64_t wait = std::int64_t{1000} << std::min<std::size_t>(out.recent - 1, 6);
    out.load_at = last + std::min(wait, kMaxBackoffMs);
    return out;
}

}  // namespace masthead::console::plugins
