#include "host/edge/limits/rate_limiter.hpp"

#include <algorithm>

namespace masthead::edge::limits {

namespace {
constexpr std::int64_t kSweepEveryMs = 1000;
}

RateClass rateClassNamed(std::string_view name) {
    // Tunnels: a whole office behind one address reconnects at once after a restart of headscale.
    if (name == "tunnel") return {2000, 200};
    if (name == "console") return {2000, 200};
    if (name == "public") return {200, 20};
    return {400, 40};
}

bool RateLimiter::admit(std::string_view rate, const std::string& address) {
    const auto now = clock_.steadyMs();
    const auto figures = rateClassNamed(rate);
    auto key = std::string(rate) + ' ' + address;
    if (buckets_.size() >= max_buckets_ && !buckets_.contains(key)) {
        forgetFull(now);
        if (buckets_.size() >= max_buckets_) key = std::string(rate);
    }
    auto [found, fresh] = buckets_.try_emplace(std::move(key), Bucket{figures.burst, now});
    auto& bucket = found->second;
    if (!fresh) {
        bucket.tokens = std::min(figures.burst, bucket.tokens + static_cast<double>(now - bucket.at) * figures.per_second / 1000.0);
        bucket.at = now;
    }
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
}

void RateLimiter::forgetFull(std::int64_t now) {
    if (now - swept_at_ < kSweepEveryMs) return;
    swept_at_ = now;
    std::erase_if(buckets_, [now](const auto& entry) {
        const auto figures = rateClassNamed(std::string_view(entry.first).substr(0, entry.first.find(' ')));
        return entry.second.tokens + static_cast<double>(now - entry.second.at) * figures.per_second / 1000.0 >= figures.burst;
    });
}

}  // namespace masthead::edge::limits
