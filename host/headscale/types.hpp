// The tailnet's objects in our own words, the same for every headscale version and driver. Plain values.
// Times are milliseconds since the Unix epoch; "none" is nullopt (Go's zero time is mapped to it by the drivers).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace masthead::headscale {

using Time = std::optional<std::int64_t>;
using Id = std::uint64_t;

struct User {
    Id id = 0;
    std::string name;
    std::string display_name;
    std::string email;
    std::string provider_id;  // "<issuer>/<sub>" for OIDC users
    std::string provider;     // "oidc" or empty
    std::string picture_url;
    Time created_at;
    bool operator==(const User&) const = default;
};

struct PreAuthKey {
    Id id = 0;
    std::string key;  // full text only in the answer to createPreAuthKey, masked elsewhere
    std::optional<User> user;
    bool reusable = false;
    bool ephemeral = false;
    bool used = false;
    Time expiration;
    Time created_at;
    std::vector<std::string> tags;
    bool operator==(const PreAuthKey&) const = default;
};

enum class RegisterMethod { Unspecified, AuthKey, Cli, Oidc };

struct Node {
    Id id = 0;
    std::string machine_key, node_key, disco_key;
    std::vector<std::string> addresses;
    std::string name;        // as the client sent it: hostile text
    std::string given_name;  // the DNS label
    std::optional<User> user;  // nullopt or headscale's "tagged-devices" stand-in for tagged nodes
    Time last_seen, expiry, created_at;
    std::optional<PreAuthKey> pre_auth_key;
    RegisterMethod register_method = RegisterMethod::Unspecified;
    bool online = false;
    std::vector<std::string> approved_routes, available_routes, serving_routes, tags;
    bool operator==(const Node&) const = default;
};

struct ApiKey {
    Id id = 0;
    std::string prefix;  // masked display form
    Time expiration, created_at, last_seen;
    bool operator==(const ApiKey&) const = default;
};

struct Policy {
    std::string text;  // HuJSON
    Time updated_at;
};

}  // namespace masthead::headscale
