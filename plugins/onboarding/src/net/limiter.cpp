#include "net/limiter.hpp"

namespace onboarding {

Limiter::Verdict Limiter::admit(const std::string& group, std::int64_t now, Limits limits) {
    forget(now);
    const auto found = counts_.find(group);
    if (found != counts_.end() && found->second >= limits.per_group) return Verdict::Group;
    if (times_.size() >= limits.total) return Verdict::Total;
    remember(group, now);
    return Verdict::Admitted;
}

void Limiter::remember(const std::string& group, std::int64_t at) {
    times_.emplace_back(at, group);
    ++counts_[group];
}

void Limiter::forget(std::int64_t now) {
    while (!times_.empty() && times_.front().first <= now - window_ms_) {
        const auto found = counts_.find(times_.front().second);
        if (found != counts_.end() && --found->second == 0) counts_.erase(found);
        times_.pop_front();
    }
}

}  // namespace onboarding
