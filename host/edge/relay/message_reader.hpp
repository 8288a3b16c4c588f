// Reads one message head from a stream into a buffer that keeps what came behind it. Deadlines are the caller's: they close
// the stream. Used for clients and backends alike.
#pragma once

#include <string>

#include "host/edge/http1/message.hpp"
#include "host/edge/relay/stream.hpp"

namespace masthead::edge::relay {

struct HeadRead {
    enum class Kind { Complete, Refused, Ended };
    Kind kind = Kind::Ended;
    std::size_t size = 0;      // of the head at the front of the buffer, for Complete
    http1::Refusal refusal;    // for Refused
};

/// Ended: the peer closed, or the stream failed or was closed, before the head was complete; the buffer tells whether bytes came.
Task<HeadRead> readHead(Stream& stream, std::string& buffer, const http1::HeadLimits& limits);

/// Appends what can be read now, at most `most` bytes; false at the end of the stream.
Task<bool> readMore(Stream& stream, std::string& buffer, std::size_t most);

}  // namespace masthead::edge::relay
