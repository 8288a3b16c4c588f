// headscale 0.29's admin interface on the unix socket: gRPC without TLS, with reflection. The socket's directory is made
// 0700, whatever lies at its path is removed, its mode is set after listening.
// Starts in start(), serves on gRPC's threads, stops in stop() or the destructor. Uses Api and Faults, owned elsewhere.
#pragma once

#include <memory>
#include <string>

#include "demo/api.hpp"
#include "demo/faults.hpp"

namespace masthead::demo {

class GrpcServer {
public:
    GrpcServer(Api& api, Faults& faults);
    ~GrpcServer();

    Status start(const std::string& socket_path, unsigned mode);
    /// Calls in flight get `grace_ms`.
    void stop(std::int64_t grace_ms);

private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

/// Makes the directory and removes what lies at the path.
Status prepareSocketPath(const std::string& path);

}  // namespace masthead::demo
