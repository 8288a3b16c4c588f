// The gRPC driver (headscale up to 0.29): every call of Client over the unix socket, without validation of its own.
// Thread-safe; one channel that reconnects by itself. Heavy headers stay in the .cpp files.
#pragma once

#include <memory>
#include <string>

#include "host/headscale/client.hpp"

namespace masthead::headscale {

/// Unavailable when the socket does not speak gRPC or is not answered in time. Compares the server's reflection with our
/// contract, so missingFields() and minor() are known from the start.
Result<std::unique_ptr<Client>> connectGrpc(const std::string& socket_path, Deadline deadline);

}  // namespace masthead::headscale
