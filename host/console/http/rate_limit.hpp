// How often one session or one API token may call: a bucket of `burst` requests that refills evenly.
//
// Thread-safe. Bounded memory: full buckets are forgotten, since a forgotten one is full again. Answers carry
// RateLimit-Limit, -Remaining and -Reset (seconds until the bucket is full), a refusal Retry-After as well.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "host/base/clock.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console {

/// `burst` requests at once, and `burst` again every `refill_ms`.
struct Rate {
    std::int64_t burst = 60;
    std::int64_t refill_ms = 3000;
};

struct RateVerdict {
    bool allowed = true;
    std::int64_t limit = 0;
    std::int64_t remaining = 0;
    std::int64_t reset_s = 0;        // until the bucket is full
    std::int64_t retry_after_s = 0;  // until the next request fits; 0 when this one did
};

class RateLimiter {
public:
    explicit RateLimiter(Clock& clock) : clock_(clock) {}

    RateVerdict take(const std::string& who, Rate rate);
    std::size_t size() const;

    static constexpr std::size_t kMaxBuckets = 20000;

private:
    struct Bucket {
        double left = 0;
        std::int64_t at = 0;       // steady time for which `left` holds
        std::int64_t full_at = 0;  // when it is full again
    };

    Clock& clock_;
    mutable std::mutex mutex_;  // guards buckets_
    std::map<std::string, Bucket> buckets_;
};

void addRateHeaders(Response& response, const RateVerdict& verdict);
/// 429 with Retry-After.
Response rateProblem(const RateVerdict& verdict, const std::string& request_id);

}  // namespace masthead::console
