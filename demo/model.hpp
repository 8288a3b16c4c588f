// The objects a tailnet consists of, as plain data in our own types. Times are milliseconds since the Unix epoch;
// kGoZeroTimeMs stands for Go's zero time where headscale stores one. Copied freely, no invariants of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/timestamp.hpp"

namespace masthead::demo {

struct User {
    std::uint64_t id = 0;
    std::string name;
    std::string display_name;
    std::string email;
    std::string provider_id;
    std::string provider;
    std::string picture_url;
    std::int64_t created_ms = 0;

    /// What the API shows as the name.
    std::string shownName() const {
        if (!name.empty()) return name;
        if (!email.empty()) return email;
        return provider_id.empty() ? std::to_string(id) : provider_id;
    }
};

struct PreAuthKey {
    std::uint64_t id = 0;
    std::uint64_t user = 0;
    std::string prefix;
    std::string secret_hash;
    bool reusable = false;
    bool ephemeral = false;
    bool used = false;
    std::int64_t expiration_ms = kGoZeroTimeMs;
    std::int64_t created_ms = 0;
    std::vector<std::string> tags;
};

struct ApiKey {
    std::uint64_t id = 0;
    std::string prefix;
    std::string secret_hash;
    std::int64_t expiration_ms = kGoZeroTimeMs;
    std::int64_t created_ms = 0;
};

struct Node {
    std::uint64_t id = 0;
    std::string machine_key;
    std::string node_key;
    std::string disco_key;
    std::vector<std::string> addresses;
    std::string name;
    std::string given_name;
    std::uint64_t user = 0;
    std::optional<std::int64_t> last_seen_ms;
    std::optional<std::int64_t> expiry_ms;
    std::uint64_t key_id = 0;
    std::int64_t created_ms = 0;
    std::string register_method = "REGISTER_METHOD_UNSPECIFIED";
    bool online = false;
    std::vector<std::string> approved_routes;
    std::vector<std::string> available_routes;
    std::vector<std::string> tags;
    std::string os;
    std::string os_version;
    std::string client_version;
    std::vector<std::string> endpoints;
};

struct StoredPolicy {
    std::string text;
    std::int64_t updated_ms = 0;
};

/// A client that showed its registration link and waits for an admin; memory only, like headscale's cache.
struct PendingNode {
    Node node;
    bool client_waits = false;
    std::int64_t created_ms = 0;
};

}  // namespace masthead::demo
