// headscale's REST v1 API as a function over Client: what plugins call through masthead.headscale/1, whatever version runs.
// The shapes are those of rest_shape. Thread-safe as the client is; holds no state.
//
// Paths begin with /api/v1/; parameters in path and query are percent-encoded. Unknown paths are NotFound, unknown members of
// a body and members of the wrong type InvalidArgument (as headscale itself does from 0.30 on).
#pragma once

#include <string_view>

#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/headscale/client.hpp"

namespace masthead::headscale {

/// `body` null = none.
Result<Json> callRest(Client& client, std::string_view method, std::string_view path, const Json& body, Deadline deadline = {});

}  // namespace masthead::headscale
