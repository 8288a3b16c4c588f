// The core's own permissions and the built-in roles: tables, nothing else.
#pragma once

#include <vector>

#include "host/console/rbac/catalogue.hpp"

namespace masthead::console::rbac {

std::vector<PermissionInfo> corePermissions();
/// Titles and descriptions; what they hold follows from the permissions.
std::vector<RoleInfo> builtInRoles();

}  // namespace masthead::console::rbac
