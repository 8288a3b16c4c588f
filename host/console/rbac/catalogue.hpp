// The permissions that exist (core and plugin manifests) and which role holds which.
//
// Thread-safe: an immutable snapshot is swapped when plugins change. `admin` holds every permission, `operator` holds
// core.status.read and each plugin permission whose manifest suggests it. version() grows with every change, so that open
// event streams notice.
#pragma once

#include <atomic>
#include <cstdint>
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
    std::string risk = "low";   // low | medium | high
    std::string owner = "core"; // or the plugin's id
    std::vector<std::string> suggested_roles = {};
};

class Catalogue {
public:
    Catalogue();

    /// Replaces the permissions of one plugin (empty list: removes them). InvalidArgument when an id does not begin with
    /// "<plugin>." or is already owned by another.
    Status setPlugin(const std::string& plugin, std::vector<PermissionInfo> permissions);
    bool known(const std::string& permission) const;
    /// The union over the roles; unknown roles hold nothing.
    std::set<std::string> permissionsOf(const std::vector<std::string>& roles) const;
    static bool isRole(const std::string& role) { return role == "admin" || role == "operator"; }
    std::vector<PermissionInfo> list() const;
    std::uint64_t version() const { return version_.load(); }

private:
    using Snapshot = std::vector<PermissionInfo>;
    std::shared_ptr<const Snapshot> snapshot() const;

    mutable std::mutex mutex_;  // guards snapshot_
    std::shared_ptr<const Snapshot> snapshot_;
    std::atomic<std::uint64_t> version_{1};
};

}  // namespace masthead::console::rbac
