// Compares the gRPC contract we were built with against what the running server says of itself through reflection.
// One streaming call at start; thread-safe (no state).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/headscale/client.hpp"

namespace grpc {
class ChannelInterface;
}

namespace masthead::headscale {

struct Reflection {
    bool answered = false;             // false: the server offers no reflection, `missing` is empty then
    std::vector<std::string> missing;  // "CheckPolicy", "ExpireNodeRequest.disable_expiry", "Node.tags (another type)"
    bool lacks(const std::string& name) const;
};

/// Unavailable when the server is not there; a server without reflection is no error.
Result<Reflection> reflect(const std::shared_ptr<::grpc::ChannelInterface>& channel, Deadline deadline);

}  // namespace masthead::headscale
