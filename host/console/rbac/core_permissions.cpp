#include "host/console/rbac/core_permissions.hpp"

namespace masthead::console::rbac {

std::vector<PermissionInfo> corePermissions() {
    return {
        {"core.status.read", "See the state", "Processes, headscale, counts of the tailnet", "low", "core", {"viewer", "operator"}, "Host"},
        {"core.supervisor.control", "Restart processes", "Restart headscale, edge or the console", "medium", "core", {}, "Host"},
        {"core.plugins.read", "See plugins", "State, version and last crash of each plugin", "low", "core", {}, "Host"},
        {"core.plugins.manage", "Manage plugins", "Release a plugin from quarantine", "medium", "core", {}, "Host"},
        {"core.audit.read", "Read the audit log", "Who did what, when, from where", "medium", "core", {}, "Audit"},
        {"core.admins.read", "See accounts", "Names, addresses and roles", "low", "core", {}, "People"},
        {"core.admins.manage", "Manage accounts", "Invite, change, disable and delete accounts, start resets", "high", "core", {}, "People"},
        {"core.roles.read", "See roles", "Which roles there are and what they may do", "low", "core", {}, "People"},
        {"core.roles.manage", "Manage roles", "Make, change and delete roles, up to what one may do oneself", "high", "core", {}, "People"},
        {"core.tokens.manage", "Manage everybody's API tokens", "See and revoke the API tokens of all accounts", "high", "core", {}, "People"},
        {"core.keys.read", "See the keys at rest", "Numbers and dates of the keys that stored secrets stand under", "low", "core", {}, "Host"},
        {"core.keys.manage", "Change the keys at rest", "Put every stored secret under new keys", "high", "core", {}, "Host"},
        {"core.sso.read", "See single sign-on", "Identity providers and what their groups map to, without secrets", "low", "core", {}, "People"},
        {"core.sso.manage", "Manage single sign-on", "Which identity providers sign people in, and with which roles", "high", "core", {}, "People"},
        {"core.notify.read", "See notification settings", "Channels, rules and deliveries, without secrets", "medium", "core", {}, "Notifications"},
        {"core.notify.manage", "Manage notifications", "Where notifications go, and their secrets", "high", "core", {}, "Notifications"},
    };
}

std::vector<RoleInfo> builtInRoles() {
    return {
        {"viewer", "Viewer", "Sees the tailnet and changes nothing", true, {}},
        {"operator", "Operator", "Runs the tailnet: nodes, users, keys, policy, DNS, requests, user sync", true, {}},
        {"admin", "Admin", "May do everything", true, {}},
    };
}

}  // namespace masthead::console::rbac
