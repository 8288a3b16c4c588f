// Tailnet: the live view. Asks headscale every few seconds, at once and then quickly a few times after a poke(), tells the
// listener what changed, and keeps the last known state for readers while headscale is away.
//
// Owns one thread; readers never wait for headscale. Thread-safe. The listener and the keeper must outlive stop(), are called
// from the thread of the view without a lock held, and may call back into this object (but not stop()).
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/base/clock.hpp"
#include "host/headscale/client.hpp"
#include "host/headscale/tailnet/view.hpp"

namespace masthead::headscale {

class TailnetListener {
public:
    virtual ~TailnetListener() = default;
    /// Something changed; `view` already holds it. Node events in REST shape: view nodes' NodeEntry::json.
    virtual void tailnetChanged(const TailnetView& view, const TailnetChanges& changes) = 0;
    /// Answers again (ready) or stopped answering (away); `since_ms` is wall time.
    virtual void headscaleChanged(bool ready, std::int64_t since_ms) = 0;
};

/// Where the last known state survives a restart.
class TailnetKeeper {
public:
    struct Kept {
        std::int64_t at = 0;  // wall ms
        std::string snapshot;
    };
    virtual ~TailnetKeeper() = default;
    virtual std::optional<Kept> load() = 0;
    virtual void save(const Kept& kept) = 0;
};

struct TailnetSettings {
    std::int64_t interval_ms = 5000;
    /// Times after a poke: headscale's online flag follows a connection with a delay.
    std::vector<std::int64_t> after_poke_ms = {0, 150, 400, 800, 1300, 2000};
    std::int64_t reconnect_ms = 250;
    std::int64_t save_ms = 30000;  // at most one snapshot in this time
    Deadline deadline{10000};
};

struct TailnetSummary {
    std::size_t nodes = 0, online = 0, users = 0;
    std::uint64_t revision = 0;
    std::int64_t as_of = 0;  // wall ms of the last answer, 0 = never
    bool stale = true;       // headscale is away: this is the last known state
};

class Tailnet {
public:
    using Connect = std::function<Result<std::shared_ptr<Client>>()>;

    /// `keeper` may be null. `connect` is called from the view's thread whenever there is no connection.
    Tailnet(Connect connect, TailnetListener& listener, TailnetKeeper* keeper, const Clock& clock, TailnetSettings settings = {});
    ~Tailnet();

    /// Loads the kept state before it returns, so readers see it at once.
    void start();
    /// Saves the state and ends the thread; later calls of anything are still fine. Waits at most for one call to headscale.
    void stop();

    /// Ask again now: a tunnel opened or closed, a change was made, headscale came or went. Never blocks.
    void poke();

    /// The connection in use; null while headscale is away.
    std::shared_ptr<Client> client() const;
    std::shared_ptr<const TailnetView> view() const;
    TailnetSummary summary() const;

    /// {"nodes":[...],"revision":7,"asOf":"...","stale":false}
    std::string nodesDocument() const;
    /// {"node":{...}}; NotFound, InvalidArgument when the id is no number.
    Result<std::string> nodeDocument(const std::string& id) const;

private:
    enum class Scope { Nodes, Everything };

    void run(std::stop_token stop);
    bool ensureClient();
    void poll(Scope scope);
    void publish(TailnetLists lists);
    void goAway(const Error& why);
    void saveIfDue(bool now);
    /// Waits for the next look; what to look at then.
    Scope waitForNext(const std::stop_token& stop, bool connected);

    const Connect connect_;
    TailnetListener& listener_;
    TailnetKeeper* const keeper_;
    const Clock& clock_;
    const TailnetSettings settings_;

    // Of the thread alone.
    std::int64_t last_full_ = 0;      // steady ms
    std::int64_t poll_cost_ms_ = 0;
    std::int64_t saved_at_ = 0;       // steady ms
    std::uint64_t saved_revision_ = 0;
    std::string last_trouble_;

    mutable std::mutex mutex_;  // guards everything below
    std::condition_variable_any wake_;
    std::shared_ptr<Client> client_;
    std::shared_ptr<const TailnetView> view_;
    std::int64_t as_of_ = 0;
    bool stale_ = true;
    std::optional<std::int64_t> poked_at_;  // steady ms
    std::size_t poke_step_ = 0;
    std::jthread thread_;
};

}  // namespace masthead::headscale
