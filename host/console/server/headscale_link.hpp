// Follows headscale as the supervisor names it: the live view connects to the socket of the last control line, and its
// changes become events for the browser and a stored snapshot.
//
// Thread-safe. start() shows the last known state at once; stop() saves it and waits for the view's thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "host/base/clock.hpp"
#include "host/console/services.hpp"
#include "host/headscale/tailnet/tailnet.hpp"

namespace masthead::console {
class EventBus;
namespace store { class SnapshotStore; }
}  // namespace masthead::console

namespace masthead::console::server {

class HeadscaleLink final : public HeadscaleAccess, public headscale::TailnetListener, public headscale::TailnetKeeper {
public:
    HeadscaleLink(EventBus& events, store::SnapshotStore& snapshots, Clock& clock);

    void start();
    void stop();
    /// A control line {"type":"headscale","state":"ready"|"away","run":{...}}.
    void onLine(const Json& line);

    std::shared_ptr<headscale::Client> client() override;
    std::shared_ptr<headscale::Tailnet> tailnet() override;
    Json info() override;
    void poke() override;
    /// {"nodes","online","users","revision","as_of","stale"}
    Json summary() const;

private:
    Result<std::shared_ptr<headscale::Client>> connect();
    void tailnetChanged(const headscale::TailnetView& view, const headscale::TailnetChanges& changes) override;
    void headscaleChanged(bool ready, std::int64_t since_ms) override;
    std::optional<Kept> load() override;
    void save(const Kept& kept) override;

    EventBus& events_;
    store::SnapshotStore& snapshots_;
    mutable std::mutex mutex_;  // guards run_, named_, answers_ and since_
    Json run_;                  // run/headscale.json of the last line
    bool named_ = false;        // the supervisor says it is ready
    bool answers_ = false;      // it answered the last question
    std::int64_t since_;        // wall ms of the last change of answers_
    std::shared_ptr<headscale::Tailnet> tailnet_;
};

}  // namespace masthead::console::server
