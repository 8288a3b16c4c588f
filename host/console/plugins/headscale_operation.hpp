// What a REST-shaped call to headscale means: which grant it needs and how an audit record names it. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::plugins {

struct HeadscaleOperation {
    std::string grant;   // "node.write", as in the manifest's "headscale"
    std::string action;  // "headscale.node.rename"
    std::string object;  // "node/7", "user"
    bool writes = false;
    bool live_list = false;  // GET /api/v1/node
    std::string live_node;   // the id of GET /api/v1/node/{id}
};

/// NotFound when the path is none of headscale's API.
Result<HeadscaleOperation> describeOperation(std::string_view method, std::string_view path);

/// What of a body may stand in an audit record: keys and texts of policies are left out.
Json auditableBody(const Json& body);

}  // namespace masthead::console::plugins
