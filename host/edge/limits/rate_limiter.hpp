// Token buckets per rate class and address: the `rate` member of an allowlist route names the class.
//
// Coarse protection of the event loop; sign-in and API limits with knowledge of accounts are the console's. Memory is bounded:
// full buckets are forgotten, and beyond kMaxBuckets strangers share one bucket per class. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/base/clock.hpp"

namespace masthead::edge::limits {

struct RateClass {
    double burst = 0;
    double per_second = 0;
};

/// The figures of a class; an unknown name gets those of "page".
RateClass rateClassNamed(std::string_view name);

class RateLimiter {
public:
    static constexpr std::size_t kMaxBuckets = 65536;

    explicit RateLimiter(const Clock& clock, std::size_t max_buckets = kMaxBuckets) : clock_(clock), max_buckets_(max_buckets) {}

    /// Takes one token; false when the bucket is empty (answer 429).
    bool admit(std::string_view rate, const std::string& address);
    std::size_t buckets() const { return buckets_.size(); }

private:
    struct Bucket {
        double tokens = 0;
        std::int64_t at = 0;
    };

    void forgetFull(std::int64_t now);

    const Clock& clock_;
    std::size_t max_buckets_;
    std::unordered_map<std::string, Bucket> buckets_;
    std::int64_t swept_at_ = 0;
};

}  // namespace masthead::edge::limits
