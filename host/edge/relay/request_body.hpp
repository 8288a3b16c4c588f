// Request bodies: read whole within a limit and a pace, or passed on while they arrive when they are large.
//
// The backend always gets one decimal Content-Length: a chunked body is decoded and counted first. The deadline belongs to the
// client's stream and closes it, so a sender below the pace is cut.
#pragma once

#include <cstdint>
#include <string>

#include "host/edge/http1/message.hpp"
#include "host/edge/limits/byte_budget.hpp"
#include "host/edge/relay/deadline.hpp"
#include "host/edge/relay/stream.hpp"

namespace masthead::edge::relay {

/// Larger bodies are streamed, so they need a Content-Length.
inline constexpr std::size_t kBufferedBody = std::size_t{1} << 20;

struct BodyRead {
    int status = 0;  // 0: complete; else answer with it and close; -1: the client is gone
    std::string body;
};

struct BodySource {
    Stream& client;
    std::string& input;  // bytes already read; what follows the body stays in it
    Deadline& deadline;
    std::int64_t total_ms;
};

/// Content-Length up to kBufferedBody, or chunked up to `limit`.
Task<BodyRead> readBody(BodySource source, http1::Framing framing, std::uint64_t limit, limits::ByteBudget::Share& share);

enum class StreamedBody { Complete, ClientGone, BackendGone };
/// Moves exactly `length` bytes from the client to the backend.
Task<StreamedBody> streamBody(BodySource source, std::uint64_t length, Stream& backend);

}  // namespace masthead::edge::relay
