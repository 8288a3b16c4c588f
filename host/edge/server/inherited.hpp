// The listening sockets that systemd or the supervisor hands down as descriptors from 3 on (LISTEN_FDS). Called once at start.
#pragma once

#include <vector>

#include "host/base/result.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::edge::server {

/// FailedPrecondition when there is none or one is not a listening socket.
Result<std::vector<UniqueFd>> inheritedListeners();

}  // namespace masthead::edge::server
