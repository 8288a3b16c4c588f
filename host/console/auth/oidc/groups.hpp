// From the groups a provider names to roles of ours. Pure (fuzzed); groups are compared byte for byte.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::console::oidc {

struct Mapping {
    std::string group, role;
};

/// The groups in `claims`, by the claim's name or, when there is none of that name, by a path with dots ("realm_access.roles").
/// A text is one group, of a list only texts count, anything else is none.
std::vector<std::string> groupsIn(const Json& claims, const std::string& claim);
/// Each role once, in the order of the mappings.
std::vector<std::string> rolesOf(const std::vector<std::string>& groups, const std::vector<Mapping>& mappings);

}  // namespace masthead::console::oidc
