// Slows guessing down, in memory: per source a bucket of 10 tries that regains one every 6 s; for everybody together a bucket
// of password hashes, so that a spray from many addresses cannot eat the machine. Failures per account lie in the database:
// throttle_account.hpp.
//
// Thread-safe. Each try is counted before it is looked at and given back on success, so that parallel guesses cannot slip
// through. Bounded memory: the entries idle for longest go first.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "host/base/clock.hpp"

namespace masthead::console::auth {

class Throttle {
public:
    explicit Throttle(Clock& clock);
    Throttle(Clock& clock, int cores) : clock_(clock), cores_(cores) {}

    /// 0 = go ahead (the try is counted); otherwise the milliseconds to wait, and nothing was counted.
    std::int64_t attemptSource(const std::string& source);
    /// The try was a success: it does not count.
    void returnSource(const std::string& source);
    /// Before a password hash for a browser that never signed in. 0 = go ahead.
    std::int64_t attemptHash();

    /// attemptSource() for callers with several kinds of tries: all kinds of one source share its bucket.
    std::int64_t attempt(const std::string& source, const std::string& what);
    void succeeded(const std::string& source, const std::string& what);

    static constexpr std::int64_t kBurst = 10;
    static constexpr std::int64_t kRefillMs = 6000;
    static constexpr std::int64_t kHashBurstPerCore = 10;
    static constexpr std::int64_t kHashRefillMsPerCore = 500;

private:
    struct Bucket {
        std::int64_t used = 0;
        std::int64_t since = 0;  // when `used` was last brought up to date
    };
    static std::int64_t take(Bucket& bucket, std::int64_t now, std::int64_t burst, std::int64_t refill_ms);
    void forgetOld(std::int64_t now);

    Clock& clock_;
    int cores_;
    std::mutex mutex_;  // guards buckets_ and hashes_
    std::map<std::string, Bucket> buckets_;
    Bucket hashes_;
};

/// The unit that is throttled: an IPv4 address, or the /64 of an IPv6 address.
std::string throttleSource(const std::string& client);

}  // namespace masthead::console::auth
