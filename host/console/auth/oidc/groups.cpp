#include "host/console/auth/oidc/groups.hpp"

#include <algorithm>
#include <set>

#include "host/base/text.hpp"

namespace masthead::console::oidc {

std::vector<std::string> groupsIn(const Json& claims, const std::string& claim) {
    const Json* found = claims.find(claim);
    if (found == nullptr) {
        found = &claims;
        for (const auto part : split(claim, '.')) {
            found = found->find(part);
            if (found == nullptr) return {};
        }
    }
    if (found->isString()) return {found->asString()};
    std::vector<std::string> out;
    for (const auto& item : found->items()) {
        if (item.isString()) out.push_back(item.asString());
    }
    return out;
}

std::vector<std::string> rolesOf(const std::vector<std::string>& groups, const std::vector<Mapping>& mappings) {
    const std::set<std::string> given(groups.begin(), groups.end());
    std::vector<std::string> roles;
    for (const auto& mapping : mappings) {
        if (given.count(mapping.group) > 0 && std::find(roles.begin(), roles.end(), mapping.role) == roles.end()) roles.push_back(mapping.role);
    }
    return roles;
}

}  // namespace masthead::console::oidc
