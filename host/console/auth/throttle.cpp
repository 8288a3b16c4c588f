#include "host/console/auth/throttle.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <thread>

#include "host/base/encoding.hpp"

namespace masthead::console::auth {
namespace {

constexpr std::size_t kMaxEntries = 20000;

}  // namespace

std::string throttleSource(const std::string& client) {
    in6_addr address{};
    if (inet_pton(AF_INET6, client.c_str(), &address) != 1) return client;
    if (IN6_IS_ADDR_V4MAPPED(&address)) return client;
    return hexEncode(std::string_view(reinterpret_cast<const char*>(address.s6_addr), 8)) + "/64";
}

Throttle::Throttle(Clock& clock) : Throttle(clock, std::max(1, static_cast<int>(std::thread::hardware_concurrency()))) {}

std::int64_t Throttle::take(Bucket& bucket, std::int64_t now, std::int64_t burst, std::int64_t refill_ms) {
    const std::int64_t regained = (now - bucket.since) / refill_ms;
    if (regained >= bucket.used) {
        bucket = {0, now};
    } else {
        bucket.used -= regained;
        bucket.since += regained * refill_ms;
    }
    if (bucket.used >= burst) return bucket.since + refill_ms - now;
    ++bucket.used;
    return 0;
}

void Throttle::forgetOld(std::int64_t now) {
    std::erase_if(buckets_, [&](const auto& entry) { return now - entry.second.since > kBurst * kRefillMs; });
    while (buckets_.size() > kMaxEntries) {
        buckets_.erase(std::min_element(buckets_.begin(), buckets_.end(), [](const auto& a, const auto& b) { return a.second.since < b.second.since; }));
    }
}

std::int64_t Throttle::attemptSource(const std::string& source) {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_.steadyMs();
    if (buckets_.size() > kMaxEntries) forgetOld(now);
    return take(buckets_.try_emplace(source, Bucket{0, now}).first->second, now, kBurst, kRefillMs);
}

void Throttle::returnSource(const std::string& source) {
    const std::lock_guard lock(mutex_);
    const auto bucket = buckets_.find(source);
    if (bucket != buckets_.end() && bucket->second.used > 0) --bucket->second.used;
}

std::int64_t Throttle::attemptHash() {
    const std::lock_guard lock(mutex_);
    return take(hashes_, clock_.steadyMs(), kHashBurstPerCore * cores_, std::max<std::int64_t>(1, kHashRefillMsPerCore / cores_));
}

std::int64_t Throttle::attempt(const std::string& source, const std::string&) { return attemptSource(source); }

void Throttle::succeeded(const std::string& source, const std::string&) { returnSource(source); }

}  // namespace masthead::console::auth
