// Follows headscale as the supervisor names it: connects when it is ready, lets go when it is away, keeps the live view
// going and turns its changes into events and a stored snapshot.
//
// Thread-safe. Connecting happens on a thread of its own, since it may take seconds; a newer line overtakes it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "host/base/clock.hpp"
#include "host/console/services.hpp"

namespace masthead::console {
class EventBus;
namespace store { class SnapshotStore; }
}  // namespace masthead::console

namespace masthead::console::server {

class HeadscaleLink final : public HeadscaleAccess {
public:
    HeadscaleLink(EventBus& events, store::SnapshotStore& snapshots, Clock& clock);
    ~HeadscaleLink() override;

    void start();
    void stop();
    /// A control line {"type":"headscale","state":"ready"|"away","run":{...}}.
    void onLine(const Json& line);

    std::shared_ptr<headscale::Client> client() override;
    std::shared_ptr<headscale::Tailnet> tailnet() override;
    Json info() override;
    void poke() override;
    /// {"nodes","online","users","revision","as_of","stale"}
    Json summary();

private:
    void run();

    EventBus& events_;
    store::SnapshotStore& snapshots_;
    Clock& clock_;
    std::shared_ptr<headscale::Tailnet> tailnet_;
    mutable std::mutex mutex_;  // guards everything below
    std::condition_variable changed_;
    std::shared_ptr<headscale::Client> client_;
    Json run_;                   // run/headscale.json of the last line
    bool ready_ = false;
    std::int64_t since_ = 0;     // wall ms of the last change of ready_
    std::uint64_t generation_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace masthead::console::server
