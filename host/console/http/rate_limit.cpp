#include "host/console/http/rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace masthead::console {
namespace {

std::int64_t wholeSeconds(double ms) { return static_cast<std::int64_t>(std::ceil(ms / 1000.0)); }

}  // namespace

RateVerdict RateLimiter::take(const std::string& who, Rate rate) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_.steadyMs();
    if (buckets_.size() >= kMaxBuckets) {
        std::erase_if(buckets_, [&](const auto& entry) { return entry.second.full_at <= now; });
        // Still too many: the one that is full soonest loses least.
        while (buckets_.size() >= kMaxBuckets) {
            buckets_.erase(std::min_element(buckets_.begin(), buckets_.end(), [](const auto& a, const auto& b) { return a.second.full_at < b.second.full_at; }));
        }
    }
    const double burst = static_cast<double>(rate.burst);
    const double ms_each = static_cast<double>(rate.refill_ms) / burst;
    const auto [found, fresh] = buckets_.try_emplace(who, Bucket{burst, now, now});
    Bucket& bucket = found->second;
    bucket.left = std::min(burst, bucket.left + static_cast<double>(now - bucket.at) / ms_each);
    bucket.at = now;

    RateVerdict verdict;
    verdict.limit = rate.burst;
    verdict.allowed = bucket.left >= 1;
    if (verdict.allowed) {
        bucket.left -= 1;
    } else {
        verdict.retry_after_s = std::max<std::int64_t>(1, wholeSeconds((1 - bucket.left) * ms_each));
    }
    bucket.full_at = now + static_cast<std::int64_t>(std::ceil((burst - bucket.left) * ms_each));
    verdict.remaining = static_cast<std::int64_t>(bucket.left);
    verdict.reset_s = wholeSeconds((burst - bucket.left) * ms_each);
    return verdict;
}

std::size_t RateLimiter::size() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

void addRateHeaders(Response& response, const RateVerdict& verdict) {
    response.headers.emplace_back("RateLimit-Limit", std::to_string(verdict.limit));
    response.headers.emplace_back("RateLimit-Remaining", std::to_string(verdict.remaining));
    response.headers.emplace_back("RateLimit-Reset", std::to_string(verdict.reset_s));
}

Response rateProblem(const RateVerdict& verdict, const std::string& request_id) {
    return problem(429, "rate_limited", "Too many requests", "Too many requests; wait " + std::to_string(verdict.retry_after_s) + " s.", request_id, true)
        .with("Retry-After", std::to_string(verdict.retry_after_s));
}

}  // namespace masthead::console
