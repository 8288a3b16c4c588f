#include "host/console/rbac/catalogue.hpp"

#include <algorithm>

namespace masthead::console::rbac {
namespace {

std::vector<PermissionInfo> corePermissions() {
    return {
        {"core.status.read", "See the state", "Processes, headscale, counts of the tailnet", "low", "core", {"operator"}},
        {"core.supervisor.control", "Restart processes", "Restart headscale, edge or the console", "medium", "core", {}},
        {"core.plugins.read", "See plugins", "State, version and last crash of each plugin", "low", "core", {}},
        {"core.plugins.manage", "Manage plugins", "Release a plugin from quarantine", "medium", "core", {}},
        {"core.audit.read", "Read the audit log", "Who did what, when, from where", "medium", "core", {}},
        {"core.admins.read", "See accounts", "Names, addresses and roles", "low", "core", {}},
        {"core.admins.manage", "Manage accounts", "Create and delete accounts, set passwords", "high", "core", {}},
        {"core.notify.read", "See notification settings", "Channels, rules and deliveries, without secrets", "medium", "core", {}},
        {"core.notify.manage", "Manage notifications", "Where notifications go, and their secrets", "high", "core", {}},
    };
}

bool holds(const std::string& role, const PermissionInfo& permission) {
    if (role == "admin") return true;
    return Catalogue::isRole(role) &&
           std::find(permission.suggested_roles.begin(), permission.suggested_roles.end(), role) != permission.suggested_roles.end();
}

}  // namespace

Catalogue::Catalogue() : snapshot_(std::make_shared<const Snapshot>(corePermissions())) {}

std::shared_ptr<const Catalogue::Snapshot> Catalogue::snapshot() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
}

Status Catalogue::setPlugin(const std::string& plugin, std::vector<PermissionInfo> permissions) {
    const std::lock_guard lock(mutex_);
    Snapshot next;
    for (const auto& permission : *snapshot_) {
        if (permission.owner != plugin) next.push_back(permission);
    }
    for (auto& permission : permissions) {
        if (permission.id.compare(0, plugin.size() + 1, plugin + ".") != 0 || plugin == "core" || plugin.empty()) {
            return Error{Code::InvalidArgument, "permission '" + permission.id + "' must begin with '" + plugin + ".'"};
        }
        const bool taken = std::any_of(next.begin(), next.end(), [&](const auto& other) { return other.id == permission.id; });
        if (taken) return Error{Code::InvalidArgument, "permission '" + permission.id + "' is declared twice"};
        permission.owner = plugin;
        next.push_back(std::move(permission));
    }
    snapshot_ = std::make_shared<const Snapshot>(std::move(next));
    version_.fetch_add(1);
    return {};
}

bool Catalogue::known(const std::string& permission) const {
    const auto current = snapshot();
    return std::any_of(current->begin(), current->end(), [&](const auto& info) { return info.id == permission; });
}

std::set<std::string> Catalogue::permissionsOf(const std::vector<std::string>& roles) const {
    std::set<std::string> out;
    const auto current = snapshot();
    for (const auto& permission : *current) {
        if (std::any_of(roles.begin(), roles.end(), [&](const auto& role) { return holds(role, permission); })) out.insert(permission.id);
    }
    return out;
}

std::vector<PermissionInfo> Catalogue::list() const { return *snapshot(); }

}  // namespace masthead::console::rbac
