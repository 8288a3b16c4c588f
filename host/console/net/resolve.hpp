// Names to addresses within a deadline, by the system's resolver. Thread-safe.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::console::net {

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
    const sockaddr& get() const { return reinterpret_cast<const sockaddr&>(storage); }
};

/// NotFound, Deadline or Cancelled.
Result<std::vector<Address>> resolve(const std::string& host, std::uint16_t port, std::int64_t timeout_ms,
                                     const std::stop_token& stop);

}  // namespace masthead::console::net
