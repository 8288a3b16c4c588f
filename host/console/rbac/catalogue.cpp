#include "host/console/rbac/catalogue.hpp"

#include <algorithm>

#include "host/console/rbac/core_permissions.hpp"

namespace masthead::console::rbac {
namespace {

bool suggests(const PermissionInfo& permission, const std::string& role) {
    return std::find(permission.suggested_roles.begin(), permission.suggested_roles.end(), role) != permission.suggested_roles.end();
}

bool builtInHolds(const std::string& role, const PermissionInfo& permission) {
    return role == "admin" || (Catalogue::isBuiltIn(role) && suggests(permission, role));
}

}  // namespace

Catalogue::Catalogue() : snapshot_(std::make_shared<const Snapshot>(Snapshot{corePermissions(), {}})) {}

std::shared_ptr<const Catalogue::Snapshot> Catalogue::snapshot() const {
    const std::lock_guard lock(mutex_);
    return snapshot_;
}

void Catalogue::install(Snapshot next) {
    snapshot_ = std::make_shared<const Snapshot>(std::move(next));
    version_.fetch_add(1);
}

Status Catalogue::setPlugin(const std::string& plugin, std::vector<PermissionInfo> permissions) {
    const std::lock_guard lock(mutex_);
    Snapshot next{{}, snapshot_->custom};
    for (const auto& permission : snapshot_->permissions) {
        if (permission.owner != plugin) next.permissions.push_back(permission);
    }
    for (auto& permission : permissions) {
        if (permission.id.compare(0, plugin.size() + 1, plugin + ".") != 0 || plugin == "core" || plugin.empty()) {
            return Error{Code::InvalidArgument, "permission '" + permission.id + "' must begin with '" + plugin + ".'"};
        }
        const bool taken = std::any_of(next.permissions.begin(), next.permissions.end(), [&](const auto& other) { return other.id == permission.id; });
        if (taken) return Error{Code::InvalidArgument, "permission '" + permission.id + "' is declared twice"};
        permission.owner = plugin;
        if (permission.group.empty()) permission.group = plugin;
        next.permissions.push_back(std::move(permission));
    }
    install(std::move(next));
    return {};
}

void Catalogue::setRoles(const std::vector<RoleInfo>& custom) {
    const std::lock_guard lock(mutex_);
    Snapshot next{snapshot_->permissions, {}};
    for (const auto& role : custom) {
        if (!isBuiltIn(role.id)) next.custom.emplace(role.id, role);
    }
    install(std::move(next));
}

bool Catalogue::known(const std::string& permission) const {
    const auto current = snapshot();
    return std::any_of(current->permissions.begin(), current->permissions.end(), [&](const auto& info) { return info.id == permission; });
}

std::set<std::string> Catalogue::permissionsOf(const std::vector<std::string>& roles) const {
    std::set<std::string> out;
    const auto current = snapshot();
    const auto holds = [&](const std::string& role, const PermissionInfo& permission) {
        if (isBuiltIn(role)) return builtInHolds(role, permission);
        const auto custom = current->custom.find(role);
        return custom != current->custom.end() && custom->second.permissions.count(permission.id) > 0;
    };
    for (const auto& permission : current->permissions) {
        if (std::any_of(roles.begin(), roles.end(), [&](const auto& role) { return holds(role, permission); })) out.insert(permission.id);
    }
    return out;
}

std::set<std::string> Catalogue::beyond(const std::set<std::string>& held, const std::vector<std::string>& roles) const {
    std::set<std::string> out = permissionsOf(roles);
    for (const auto& permission : held) out.erase(permission);
    return out;
}

bool Catalogue::isRole(const std::string& role) const { return isBuiltIn(role) || snapshot()->custom.count(role) > 0; }

std::vector<PermissionInfo> Catalogue::list() const { return snapshot()->permissions; }

std::vector<RoleInfo> Catalogue::roles() const {
    std::vector<RoleInfo> out = builtInRoles();
    const auto current = snapshot();
    for (const auto& [id, role] : current->custom) out.push_back(role);
    for (auto& role : out) role.permissions = permissionsOf({role.id});
    return out;
}

}  // namespace masthead::console::rbac
