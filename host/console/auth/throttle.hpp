// Slows guessing down: per source a bucket of 10 tries that regains one every 6 s; per account and source a growing wait
// (1, 2, 4 .. 900 s) after five failures, so that a stranger elsewhere cannot lock the owner out.
//
// Thread-safe. Each try is counted before the password is looked at and given back on success, so that parallel guesses
// cannot slip through. Bounded memory: the entries idle for longest go first. Kept in memory only.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "host/base/clock.hpp"

namespace masthead::console::auth {

class Throttle {
public:
    explicit Throttle(Clock& clock) : clock_(clock) {}

    /// 0 = go ahead (the try is counted); otherwise the milliseconds to wait, and nothing was counted.
    std::int64_t attempt(const std::string& source, const std::string& account);
    void succeeded(const std::string& source, const std::string& account);

    static constexpr std::int64_t kBurst = 10;
    static constexpr std::int64_t kRefillMs = 6000;
    static constexpr int kFreeFailures = 5;
    static constexpr std::int64_t kLongestWaitMs = 900000;
    static constexpr std::int64_t kForgetMs = 12 * 60 * 60 * 1000;

private:
    struct Bucket {
        std::int64_t used = 0;
        std::int64_t since = 0;  // when `used` was last brought up to date
    };
    struct Failures {
        int count = 0;
        std::int64_t last = 0;
    };

    void forgetOld(std::int64_t now);

    Clock& clock_;
    std::mutex mutex_;  // guards buckets_ and failures_
    std::map<std::string, Bucket> buckets_;
    std::map<std::string, Failures> failures_;
};

/// The unit that is throttled: an IPv4 address, or the /64 of an IPv6 address.
std::string throttleSource(const std::string& client);

}  // namespace masthead::console::auth
