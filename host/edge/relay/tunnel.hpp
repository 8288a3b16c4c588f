// A raw two-way relay between two streams: after an upgrade edge only moves bytes.
//
// Back-pressure: at most one buffer of kTunnelBuffer bytes per direction, read only when the other side has taken the last one;
// an idle tunnel holds no buffer. Half-close is passed on; after it the other direction ends when nothing moves for `linger_ms`.
#pragma once

#include <cstdint>
#include <string>

#include "host/edge/relay/stream.hpp"

namespace masthead::edge::relay {

inline constexpr std::size_t kTunnelBuffer = 32 * 1024;

struct TunnelCounts {
    std::uint64_t to_backend = 0;
    std::uint64_t to_client = 0;
};

/// Runs until both directions are over or a stream is closed; then both are closed. The streams must outlive the task.
Task<TunnelCounts> runTunnel(Stream& client, Stream& backend, std::int64_t linger_ms);

/// TCP keepalive 60 s, then every 15 s, 4 times; no effect on a unix socket.
void enableKeepalive(Socket& socket);

}  // namespace masthead::edge::relay
