#include "host/console/auth/throttle.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

#include "host/base/encoding.hpp"

namespace masthead::console::auth {
namespace {

constexpr std::size_t kMaxEntries = 20000;

std::int64_t waitAfter(int failures) {
    if (failures < Throttle::kFreeFailures) return 0;
    const int doublings = std::min(failures - Throttle::kFreeFailures, 20);
    return std::min<std::int64_t>(std::int64_t{1000} << doublings, Throttle::kLongestWaitMs);
}

}  // namespace

std::string throttleSource(const std::string& client) {
    in6_addr address{};
    if (inet_pton(AF_INET6, client.c_str(), &address) != 1) return client;
    if (IN6_IS_ADDR_V4MAPPED(&address)) return client;
    return hexEncode(std::string_view(reinterpret_cast<const char*>(address.s6_addr), 8)) + "/64";
}

void Throttle::forgetOld(std::int64_t now) {
    std::erase_if(buckets_, [&](const auto& entry) { return now - entry.second.since > kBurst * kRefillMs; });
    std::erase_if(failures_, [&](const auto& entry) { return now - entry.second.last > kForgetMs; });
    while (failures_.size() > kMaxEntries) {
        failures_.erase(std::min_element(failures_.begin(), failures_.end(), [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
    }
}

std::int64_t Throttle::attempt(const std::string& source, const std::string& account) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_.steadyMs();
    if (buckets_.size() + failures_.size() > kMaxEntries) forgetOld(now);

    Failures& failures = failures_[account + "\n" + source];
    if (failures.count > 0 && now - failures.last > kForgetMs) failures = {};
    const std::int64_t ready = failures.last + waitAfter(failures.count);
    if (failures.count > 0 && now < ready) return ready - now;

    Bucket& bucket = buckets_[source];
    const std::int64_t regained = (now - bucket.since) / kRefillMs;
    if (regained >= bucket.used) {
        bucket = {0, now};
    } else {
        bucket.used -= regained;
        bucket.since += regained * kRefillMs;
    }
    if (bucket.used >= kBurst) return bucket.since + kRefillMs - now;

    ++bucket.used;
    ++failures.count;
    failures.last = now;
    return 0;
}

void Throttle::succeeded(const std::string& source, const std::string& account) {
    const std::lock_guard lock(mutex_);
    failures_.erase(account + "\n" + source);
    const auto bucket = buckets_.find(source);
    if (bucket != buckets_.end() && bucket->second.used > 0) --bucket->second.used;
}

}  // namespace masthead::console::auth
