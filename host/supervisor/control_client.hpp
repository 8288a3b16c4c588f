// The other end of run/supervisor.sock for the command line: one request, one answer. Thread-safe (no state).
#pragma once

#include <cstdint>
#include <string>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::supervisor {

/// `socket_path` is config::Paths::supervisorSocket(). Unavailable when no supervisor answers there, Deadline after
/// `timeout_ms`, FailedPrecondition with the supervisor's own words when it refuses.
Result<Json> controlRequest(const std::string& socket_path, const Json& request, std::int64_t timeout_ms = 5000);

}  // namespace masthead::supervisor
