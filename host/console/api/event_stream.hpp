// One open event stream: writes bus events as server-sent events until the reader, the session or the bus ends.
//
// Runs on the thread of its connection. The principal is looked at again at the start, whenever sessions or roles changed and
// every `heartbeat_ms` however busy the stream is, so a lowered role hides events and an ended session ends the stream.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console::api {

struct EventStreamParts {
    std::shared_ptr<Subscription> subscription;
    Principal principal;
    std::function<Result<Principal>()> look;   // the principal now; an error ends the stream
    std::function<std::uint64_t()> version;    // grows when look() may answer differently
    Clock& clock;
    std::int64_t heartbeat_ms = 15000;
    std::int64_t step_ms = 1000;               // how long to wait before checking that the reader is still there
};

void runEventStream(EventStreamParts parts, StreamSink& sink);

/// "event: <type>\nid: <n>\ndata: <json>\n\n"
std::string eventText(const Event& event);

}  // namespace masthead::console::api
