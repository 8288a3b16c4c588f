// Moves a response body from a backend to a client as it comes, unbuffered, in the framing that suits the client.
//
// What the backend sent as chunked or until-close leaves as chunked, written anew; a length stays that length. A truncated body
// is never completed: the caller closes the client. Deadlines close their streams.
#pragma once

#include <cstdint>
#include <string>

#include "host/edge/http1/message.hpp"
#include "host/edge/relay/deadline.hpp"
#include "host/edge/relay/stream.hpp"

namespace masthead::edge::relay {

struct ResponseSource {
    Stream& backend;
    std::string& buffer;      // bytes already read behind the head
    Deadline& deadline;       // closes the backend
    std::int64_t idle_ms;     // between two reads; 0 for event streams, which may be silent for long
};

struct ResponseSink {
    Stream& client;
    Deadline& deadline;       // closes the client
    std::int64_t write_ms;    // for one write to be taken
};

struct Relayed {
    bool complete = false;     // the client has the whole body
    bool backend_clean = false;  // the body ended by its framing and nothing follows: the connection may be used again
};

Task<Relayed> relayBody(ResponseSource source, http1::Framing framing, ResponseSink sink);

}  // namespace masthead::edge::relay
