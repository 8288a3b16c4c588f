// The public listening sockets: opened here or handed over by systemd, kept for the life of the supervisor, and
// inherited by each edge. Not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/base/unique_fd.hpp"
#include "host/config/config.hpp"

namespace masthead::supervisor {

struct Listener {
    UniqueFd fd;
    std::string address;  // as bound: "127.0.0.1:8443", "[::1]:8443"
};

/// LISTEN_FDS with our LISTEN_PID wins over the configuration. A taken port names its holder. An address family that
/// the kernel lacks is skipped with a warning as long as another listener opens.
Result<std::vector<Listener>> openListeners(const std::vector<config::Listen>& wanted);

}  // namespace masthead::supervisor
