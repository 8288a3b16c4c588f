// Holds a new allowlist to edge's own rules before it is written: edge takes a list whole or not at all, so one plugin with a
// strange path or method would otherwise keep the public listener from starting. Pure.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::cli {

/// `allowlist` without the routes edge would refuse, each named in `warnings`; an error when something else in it is wrong.
Result<Json> acceptableToEdge(const Json& allowlist, std::vector<std::string>& warnings);

}  // namespace masthead::cli
