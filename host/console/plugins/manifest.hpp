// plugin.json as values: what a plugin is, needs, offers. Read before any code of the plugin runs.
//
// Plain immutable data after parsing. Errors name the member by its JSON path, what was found and what is expected.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::plugins {

struct RouteDeclaration {
    std::string name, method, path, permission, summary;
    bool read_only = false, destructive = false, idempotent = false, ticket = false;
    bool creates = false;        // takes an Idempotency-Key
    bool step_up = false;        // needs a fresh authentication
    bool token_allowed = true;   // false: API tokens may not call
    bool outside = false;  // path is absolute and public, granted by plugins.settings.<id>.public_paths
    std::size_t body_limit = std::size_t{1} << 20;
    std::int64_t deadline_ms = 30000;
    Json request, response;  // schemas with references resolved; null = none
};

struct PageDeclaration {
    std::string id, path, title, icon, section, element, module, style, permission, badge;
    std::int64_t order = 0;
};

struct PermissionDeclaration {
    std::string id, title, description, risk;
    std::vector<std::string> suggested_roles;
};

struct JobDeclaration {
    std::string id, title;
    std::int64_t every_ms = 0;  // 0 = only when asked
    std::int64_t timeout_ms = 60000;
    bool on_start = false;
};

struct EventDeclaration {
    std::string type, permission, description;
    bool notify = false;  // may be posted through masthead.notify/1
};

struct SecretDeclaration {
    std::string name, description;
};

struct Manifest {
    std::string id, version, title, description;
    std::uint32_t sdk_major = 0, sdk_minor = 0;
    std::vector<std::string> needs;      // service ids
    std::vector<std::string> headscale;  // "node.read", ...
    std::vector<PermissionDeclaration> permissions;
    std::vector<RouteDeclaration> routes;
    std::vector<PageDeclaration> pages;
    std::vector<JobDeclaration> jobs;
    std::vector<EventDeclaration> events;
    std::vector<std::string> subscribes;
    std::vector<SecretDeclaration> secrets;
    Json config;  // schema of plugins.settings.<id>; null = takes no settings

    bool needsService(std::string_view id) const;
    bool declaresPermission(std::string_view id) const;
};

/// InvalidArgument naming the first member that is wrong.
Result<Manifest> parseManifest(std::string_view text);

bool validPluginId(std::string_view id);

inline constexpr std::size_t kMaxManifest = std::size_t{1} << 20;

}  // namespace masthead::console::plugins
