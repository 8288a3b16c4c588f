// Issuer: makes a request's key in headscale, so that a crash at any point leaves neither a key without its request nor two.
//
// Before a key is made, an intent {user, tags, expiration} is committed; the expiration is unique to the millisecond. Whoever
// finds an intent afterwards looks in headscale for a key with exactly that owner, those tags and that expiration, expires it
// (nobody has seen its text), and only then forgets the intent. Thread-safe.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "desk/services.hpp"
#include "domain/request.hpp"

namespace onboarding {

/// A key as headscale made it. Wipe `key` when it is sealed.
struct MadeKey {
    std::string key, key_id, user_id, user_name;
    std::int64_t expires_at = 0;
};

class Issuer {
public:
    explicit Issuer(const Services& services) : services_(services) {}
    Status load();

    /// Makes the key. Unavailable (and nothing else): try again later. The intent stays until the caller's batch removes it
    /// and the caller says settled().
    Result<MadeKey> make(const Request& request, const std::set<std::int64_t>& used_expirations, std::int64_t now, const Call& call);
    /// Expires what an earlier attempt may have left in headscale, then forgets the intent. OK when there is none.
    Status reconcile(std::int64_t id, const Call& call);

    static std::string intentKey(std::int64_t id);
    void settled(std::int64_t id);
    std::vector<std::int64_t> intents() const;

private:
    struct Intent {
        std::string user_id;
        std::vector<std::string> tags;
        std::int64_t expires_at = 0;
    };
    Status note(std::int64_t id, const Intent& intent, const Call& call);
    bool has(std::int64_t id, Intent& out) const;

    const Services& services_;
    mutable std::mutex mutex_;
    std::map<std::int64_t, Intent> intents_;
};

}  // namespace onboarding
