// Request: one person's request for access, as it is kept in the store. Plain data; no key and no ticket in it, only the
// ticket's SHA-256 and the public half of the requester's key pair.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/common.hpp"
#include "domain/state.hpp"

namespace onboarding {

/// What the admin chose for the device.
struct Grant {
    std::string user_id, user_name;  // owner in headscale; empty: by tags only, or not found yet
    std::string new_user;            // to find or create by name when the key is made
    std::vector<std::string> tags;
    std::int64_t lifetime_ms = 0;    // of the key, from when it is made
    std::int64_t expires_at = 0;     // or until then
    bool reusable = false, ephemeral = false;
    std::string node_name;
};

struct Request {
    std::int64_t id = 0;
    State state = State::Pending;
    std::string words, ticket_hash, public_key;
    bool host_made_key = false;  // the secret half is in the ticket, not with the browser

    std::string device, person, contact, message, platform, client;
    std::vector<std::pair<std::string, std::string>> fields;
    std::int64_t created_at = 0;

    std::int64_t decided_at = 0;
    std::string decided_by, reason;
    Grant grant;
    std::int64_t due_at = 0;    // approving: when the time to undo is over
    std::int64_t retry_at = 0;  // key-pending: not before
    int attempts = 0;
    std::string error;

    std::string key_id;
    std::int64_t key_expires_at = 0, claimed_at = 0, ended_at = 0;
    bool key_kept = false;    // a copy that admins may see
    bool key_sealed = false;  // the requester's own, not yet taken
    std::string node_id, node_name, node_address;

    Json toJson() const;
    static std::optional<Request> fromJson(const Json& json);
    /// In the shape of the admin API: no hash, no public key, and hostile marks in texts made visible.
    Json adminView() const;
    bool matches(std::string_view lower_query) const;
};

/// Changes the state and notes the time of its end; Conflict, saying why, when the step is not possible.
Status advance(Request& request, Step step, std::int64_t now);

}  // namespace onboarding
