#include "host/console/api/event_stream.hpp"

namespace masthead::console::api {
namespace {

bool visible(const Event& event, const Principal& principal) {
    if (!event.session_id.empty() && event.session_id != principal.session_id) return false;
    return event.permission == "masthead:any-authenticated" || principal.can(event.permission);
}

}  // namespace

std::string eventText(const Event& event) {
    return "event: " + event.type + "\nid: " + std::to_string(event.id) + "\ndata: " + event.data.dump() + "\n\n";
}

void runEventStream(EventStreamParts parts, StreamSink& sink) {
    // Something else than the version now: the request was authenticated a moment ago, and much may have changed since.
    std::uint64_t version = parts.version() - 1;
    std::int64_t last_sent = parts.clock.steadyMs();
    std::int64_t last_looked = last_sent;
    if (!sink.write("retry: 2000\n: connected\n\n")) return;
    while (sink.alive() && !parts.subscription->closed()) {
        auto event = parts.subscription->next(parts.step_ms);
        const std::int64_t now = parts.clock.steadyMs();
        const bool heartbeat = now - last_sent >= parts.heartbeat_ms;
        if (const std::uint64_t current = parts.version(); current != version || now - last_looked >= parts.heartbeat_ms) {
            version = current;
            last_looked = now;
            auto principal = parts.look();
            if (!principal) {
                sink.write("event: session.revoked\ndata: {}\n\n");
                return;
            }
            parts.principal = std::move(*principal);
        }
        if (parts.subscription->takeLagged() && !sink.write("event: lagged\ndata: {}\n\n")) return;
        if (event && visible(*event, parts.principal)) {
            if (!sink.write(eventText(*event)) || event->type == "session.revoked") return;
            last_sent = now;
        } else if (heartbeat) {
            if (!sink.write(": heartbeat\n\n")) return;
            last_sent = now;
        }
    }
}

}  // namespace masthead::console::api
