#include "host/console/server/headscale_link.hpp"

#include "host/base/log.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/store/snapshot_store.hpp"
#include "host/headscale/client.hpp"

namespace masthead::console::server {
namespace {

constexpr const char* kSnapshot = "tailnet";
/// Beyond this many changed nodes at once a reader is better off with one new list.
constexpr std::size_t kMaxEventNodes = 200;

Json nodesEvent(const headscale::TailnetView& view, const headscale::TailnetChanges& changes) {
    Json upserted = Json::array();
    for (const auto& entry : changes.upserted) {
        auto node = parseJson(entry->json, kLocalJson);
        if (node) upserted.push(std::move(*node));
    }
    Json removed = Json::array();
    for (const auto id : changes.removed) removed.push(std::to_string(id));
    Json event = Json::object();
    event.append("revision", static_cast<unsigned long long>(view.revision));
    event.append("upserted", std::move(upserted));
    event.append("removed", std::move(removed));
    return event;
}

}  // namespace

HeadscaleLink::HeadscaleLink(EventBus& events, store::SnapshotStore& snapshots, Clock& clock)
    : events_(events), snapshots_(snapshots), since_(clock.wallMs()),
      tailnet_(std::make_shared<headscale::Tailnet>([this] { return connect(); }, *this, this, clock)) {}

void HeadscaleLink::start() { tailnet_->start(); }

void HeadscaleLink::stop() { tailnet_->stop(); }

void HeadscaleLink::onLine(const Json& line) {
    {
        const std::lock_guard lock(mutex_);
        if (line["run"].isObject()) run_ = line["run"];
        named_ = line.text("state") == "ready";
    }
    tailnet_->poke();
}

Result<std::shared_ptr<headscale::Client>> HeadscaleLink::connect() {
    std::string socket;
    {
        const std::lock_guard lock(mutex_);
        if (named_) socket = run_.text("socket");
    }
    if (socket.empty()) return Error{Code::Unavailable, "headscale is not running"};
    auto connected = headscale::connect(socket);
    if (!connected) return std::move(connected).error();
    return std::shared_ptr<headscale::Client>(std::move(*connected));
}

void HeadscaleLink::tailnetChanged(const headscale::TailnetView& view, const headscale::TailnetChanges& changes) {
    const Json revision = Json::object({{"revision", static_cast<unsigned long long>(view.revision)}});
    if (changes.upserted.size() > kMaxEventNodes) {
        events_.publish("lagged", "nodes.read", Json::object());
    } else if (!changes.upserted.empty() || !changes.removed.empty()) {
        events_.publish("tailnet.nodes", "nodes.read", nodesEvent(view, changes));
    }
    if (changes.users) events_.publish("tailnet.users", "nodes.users.read", revision);
    if (changes.keys) events_.publish("tailnet.keys", "nodes.keys.read", revision);
}

void HeadscaleLink::headscaleChanged(bool ready, std::int64_t since_ms) {
    {
        const std::lock_guard lock(mutex_);
        answers_ = ready;
        since_ = since_ms;
    }
    log::info(ready ? "headscale answers" : "headscale is away; the last known state is shown");
    events_.publish("headscale.state", "masthead:any-authenticated",
                    Json::object({{"state", ready ? "ready" : "away"}, {"since", formatTimestamp(since_ms)}}));
}

std::optional<headscale::TailnetKeeper::Kept> HeadscaleLink::load() {
    auto kept = snapshots_.get(kSnapshot);
    if (!kept) log::warning("the last known state of the tailnet could not be read", {{"cause", kept.error().message}});
    if (!kept || !*kept) return std::nullopt;
    return Kept{(*kept)->at, std::move((*kept)->body)};
}

void HeadscaleLink::save(const Kept& kept) {
    Status saved = snapshots_.put(kSnapshot, {kept.at, kept.snapshot});
    if (!saved) log::warning("the state of the tailnet could not be kept", {{"cause", saved.error().message}});
}

std::shared_ptr<headscale::Client> HeadscaleLink::client() { return tailnet_->client(); }

std::shared_ptr<headscale::Tailnet> HeadscaleLink::tailnet() { return tailnet_; }

Json HeadscaleLink::info() {
    const auto connected = tailnet_->client();
    Json missing = Json::array();
    if (connected) {
        for (auto& name : connected->missingFields()) missing.push(std::move(name));
    }
    const std::lock_guard lock(mutex_);
    return Json::object({{"state", answers_ ? "ready" : "away"},
                         {"version", run_.text("version")},
                         {"driver", connected ? connected->driver() : ""},
                         {"demo", run_["demo"].asBool()},
                         {"source", run_.text("source")},
                         {"missing_fields", std::move(missing)},
                         {"since", formatTimestamp(since_)}});
}

void HeadscaleLink::poke() { tailnet_->poke(); }

Json HeadscaleLink::summary() const {
    const headscale::TailnetSummary now = tailnet_->summary();
    return Json::object({{"nodes", static_cast<unsigned long long>(now.nodes)},
                         {"online", static_cast<unsigned long long>(now.online)},
                         {"users", static_cast<unsigned long long>(now.users)},
                         {"revision", static_cast<unsigned long long>(now.revision)},
                         {"as_of", now.as_of > 0 ? Json(formatTimestamp(now.as_of)) : Json()},
                         {"stale", now.stale}});
}

}  // namespace masthead::console::server
