// One JSON line to a unix socket, one JSON line back, within a deadline. No state; thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/json.hpp"

namespace masthead::console::server {

/// Unavailable when nobody listens or the deadline passes.
Result<Json> lineRequest(const std::string& socket_path, const Json& request, std::int64_t timeout_ms);

}  // namespace masthead::console::server
