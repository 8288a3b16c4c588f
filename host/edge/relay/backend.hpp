// Opens connections to the backends. Runs on the event loop; gives up after the time-out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/edge/relay/stream.hpp"

namespace masthead::edge::relay {

/// "127.0.0.1:41234" with loopback addresses only; InvalidArgument otherwise.
Status checkLoopback(const std::string& address);

/// Null when refused, unreachable or too slow.
Task<std::unique_ptr<Stream>> connectTcp(const std::string& address, std::int64_t timeout_ms);
Task<std::unique_ptr<Stream>> connectUnix(const std::string& path, std::int64_t timeout_ms);

}  // namespace masthead::edge::relay
