// Registrations: devices that opened /register/{id} and wait for an admin. Bounded, expiring, kept in the store.
//
// Only ids seen there are in here; an id of another kind (an SSH check) never is. Not thread-safe: the desk locks.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "desk/services.hpp"

namespace onboarding {

struct Registration {
    enum class State { Waiting, Approved, Rejected, Failed };
    std::int64_t id = 0;
    State state = State::Waiting;
    std::string auth_id, words, platform, client;
    std::int64_t seen_at = 0;
    std::string decided_by, error;
    int attempts = 0;
    bool busy = false;  // an approval is on its way; not stored
    std::string node_id, node_name, node_address;

    Json toJson() const;
    static std::optional<Registration> fromJson(const Json& json);
    /// For the admin: without the id of the device's session.
    Json adminView(std::int64_t now) const;
};

inline constexpr std::int64_t kRegistrationLifetimeMs = 15 * kMinute;

/// The id has the form that this version of headscale makes; an empty version allows all of them.
bool isRegistrationId(std::string_view auth_id, std::string_view headscale_version);

class Registrations {
public:
    explicit Registrations(const Services& services) : services_(services) {}
    Status load();

    const Registration* find(std::int64_t id) const;
    const Registration* byAuthId(const std::string& auth_id) const;
    const std::map<std::int64_t, Registration>& all() const { return all_; }
    std::size_t waiting(std::int64_t now) const;
    bool hasWords(const std::string& words) const;

    /// Adds one; beyond the cap the oldest of the address that brought most gives way.
    Status add(Registration& registration, const Call* call);
    Status save(const Registration& registration, const Call* call);
    void setBusy(std::int64_t id, bool busy);
    /// Forgets what is past its time; true when anything was.
    bool expire(std::int64_t now, const Call* call);

private:
    std::int64_t victim() const;
    void forget(std::int64_t id, const Call* call);

    const Services& services_;
    std::map<std::int64_t, Registration> all_;
    std::map<std::string, std::int64_t> by_auth_id_;
    std::int64_t next_id_ = 1;
};

}  // namespace onboarding
