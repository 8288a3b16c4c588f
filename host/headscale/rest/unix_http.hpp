// One HTTP/1.1 exchange over a unix socket, with a deadline and strict limits: head 16 KiB, body 64 MiB.
// Thread-safe (no state). Knows nothing of headscale.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::headscale {

struct HttpRequest {
    std::string method;
    std::string target;  // path and query, already encoded
    std::string body;    // sent as application/json when not empty
};

struct HttpAnswer {
    int status = 0;
    std::string body;
};

/// Unavailable: nobody listens, the peer hung up before answering, or the deadline passed.
/// Unimplemented: what came back is no HTTP/1 answer (a gRPC server). ResourceExhausted: larger than the limits.
Result<HttpAnswer> exchange(const std::string& socket_path, const HttpRequest& request, std::int64_t deadline_ms);

/// Percent-encodes everything but letters, digits, '-', '.', '_', '~'.
std::string encodeSegment(std::string_view text);

}  // namespace masthead::headscale
