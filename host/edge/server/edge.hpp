// The edge process: listeners, certificate, allowlist, the supervisor's lines, reports and draining, on one event loop.
#pragma once

#include <memory>
#include <vector>

#include "host/base/unique_fd.hpp"
#include "host/edge/server/settings.hpp"

namespace masthead::edge::server {

class Edge {
public:
    Edge(EdgeSettings settings, int control_fd, std::vector<UniqueFd> listeners);
    ~Edge();
    Edge(const Edge&) = delete;
    Edge& operator=(const Edge&) = delete;

    /// Serves until drained or left by the supervisor; the exit code.
    int run();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::edge::server
