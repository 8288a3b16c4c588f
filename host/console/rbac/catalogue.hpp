// The permissions that exist (core and plugin manifests), the roles that exist (built-in and custom), and which role holds
// which permission.
//
// Thread-safe: an immutable snapshot is swapped when plugins or custom roles change. `admin` holds every permission;
// `operator` and `viewer` hold those core permissions listed for them and each plugin permission whose manifest suggests
// them; a custom role holds what it names, as far as it exists. version() grows with every change, so that open event
// streams notice.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::rbac {

struct PermissionInfo {
    std::string id;  // "nodes.write"
    std::string title;
    std::string description;
    std::string risk = "low";   // low | medium | high | critical
    std::string owner = "core"; // or the plugin's id
    std::vector<std::string> suggested_roles = {};
    std::string group = {};     // heading under which it is shown
};

struct RoleInfo {
    std::string id;
    std::string title;
    std::string description;
    bool builtin = false;
    std::set<std::string> permissions;
};

class Catalogue {
public:
    Catalogue();

    /// Replaces the permissions of one plugin (empty list: removes them). InvalidArgument when an id does not begin with
    /// "<plugin>." or is already owned by another.
    Status setPlugin(const std::string& plugin, std::vector<PermissionInfo> permissions);
    /// Replaces the custom roles; built-in ids among them are ignored.
    void setRoles(const std::vector<RoleInfo>& custom);

    bool known(const std::string& permission) const;
    /// The union over the roles; unknown roles hold nothing.
    std::set<std::string> permissionsOf(const std::vector<std::string>& roles) const;
    /// What the roles hold and `held` lacks: who may hand out roles must get an empty answer here.
    std::set<std::string> beyond(const std::set<std::string>& held, const std::vector<std::string>& roles) const;
    bool isRole(const std::string& role) const;
    static bool isBuiltIn(const std::string& role) { return role == "admin" || role == "operator" || role == "viewer"; }

    std::vector<PermissionInfo> list() const;
    /// Built-in ones first, each with what it holds now.
    std::vector<RoleInfo> roles() const;
    std::uint64_t version() const { return version_.load(); }

private:
    struct Snapshot {
        std::vector<PermissionInfo> permissions;
        std::map<std::string, RoleInfo> custom;
    };
    std::shared_ptr<const Snapshot> snapshot() const;
    void install(Snapshot next);  // with mutex_ held

    mutable std::mutex mutex_;  // guards snapshot_
    std::shared_ptr<const Snapshot> snapshot_;
    std::atomic<std::uint64_t> version_{1};
};

}  // namespace masthead::console::rbac
