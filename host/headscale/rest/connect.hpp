// The REST driver (headscale from 0.30): every call of Client as HTTP/1.1 over the unix socket, without validation of its own.
// Thread-safe and stateless: one connection per call.
#pragma once

#include <memory>
#include <string>

#include "host/headscale/client.hpp"

namespace masthead::headscale {

/// Unavailable when nothing listens; Unimplemented when something else than REST v1 answers.
Result<std::unique_ptr<Client>> connectRest(const std::string& socket_path, Deadline deadline);

}  // namespace masthead::headscale
