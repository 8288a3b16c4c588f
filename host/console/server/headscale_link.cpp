#include "host/console/server/headscale_link.hpp"

#include "host/base/log.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/events/event_bus.hpp"

namespace masthead::console::server {

HeadscaleLink::HeadscaleLink(EventBus& events, store::SnapshotStore& snapshots, Clock& clock)
    : events_(events), snapshots_(snapshots), clock_(clock), since_(clock.wallMs()) {}

HeadscaleLink::~HeadscaleLink() { stop(); }

void HeadscaleLink::start() {}

void HeadscaleLink::stop() {}

void HeadscaleLink::onLine(const Json& line) {
    const bool ready = line.text("state") == "ready";
    std::int64_t since = 0;
    {
        const std::lock_guard lock(mutex_);
        if (line["run"].isObject()) run_ = line["run"];
        if (ready != ready_) since_ = clock_.wallMs();
        ready_ = ready;
        since = since_;
        ++generation_;
    }
    changed_.notify_all();
    events_.publish("headscale.state", "masthead:any-authenticated",
                    Json::object({{"state", ready ? "ready" : "away"}, {"since", formatTimestamp(since)}}));
}

std::shared_ptr<headscale::Client> HeadscaleLink::client() {
    const std::lock_guard lock(mutex_);
    return client_;
}

std::shared_ptr<headscale::Tailnet> HeadscaleLink::tailnet() { return tailnet_; }

Json HeadscaleLink::info() {
    const std::lock_guard lock(mutex_);
    return Json::object({{"state", ready_ ? "ready" : "away"},
                         {"version", run_.text("version")},
                         {"driver", ""},
                         {"demo", run_["demo"].asBool()},
                         {"source", run_.text("source")},
                         {"missing_fields", Json::array()},
                         {"since", formatTimestamp(since_)}});
}

void HeadscaleLink::poke() {}

Json HeadscaleLink::summary() {
    return Json::object({{"nodes", 0}, {"online", 0}, {"users", 0}, {"revision", 0}, {"as_of", nullptr}, {"stale", true}});
}

}  // namespace masthead::console::server
