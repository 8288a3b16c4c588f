// In-process publish/subscribe feeding the browser event stream and plugins.
//
// Thread-safe. publish() never blocks: each subscription has a bounded queue; when it is full the subscription is marked
// lagged, its queue dropped, and the reader is told to re-read everything ("lagged"). No callbacks run under the lock.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::console {

struct Event {
    std::uint64_t id = 0;      // increasing over the life of the process
    std::string type;          // "tailnet.nodes", "headscale.state", "plugins.changed", "session.revoked", ...
    std::string permission;    // who may see it; "masthead:any-authenticated" for all signed in
    Json data;
    std::string session_id;    // only to this session when not empty
};

class Subscription;

class EventBus {
public:
    void publish(std::string type, std::string permission, Json data, std::string session_id = {});
    std::shared_ptr<Subscription> subscribe(std::size_t queue_limit = 256);
    /// With what was published after `last_id` already queued; marked lagged when that is no longer known.
    std::shared_ptr<Subscription> subscribeAfter(std::uint64_t last_id, std::size_t queue_limit = 256);
    std::uint64_t lastId() const;
    /// Wakes all readers for shutdown.
    void close();

private:
    static constexpr std::size_t kHistory = 128;

    std::mutex publish_mutex_;  // keeps deliveries in the order of ids; taken before mutex_
    mutable std::mutex mutex_;  // guards subscriptions_, history_, next_id_ and closed_
    std::deque<Event> history_;
    std::vector<std::weak_ptr<Subscription>> subscriptions_;
    std::uint64_t next_id_ = 1;
    bool closed_ = false;
};

class Subscription {
public:
    explicit Subscription(std::size_t limit) : limit_(limit) {}
    /// Waits up to `ms`; nullopt on timeout or when closed.
    std::optional<Event> next(std::int64_t ms);
    /// True once after events were dropped.
    bool takeLagged();
    bool closed() const;
    void offer(const Event& event);
    void markLagged();
    void close();

private:
    mutable std::mutex mutex_;  // guards queue_, lagged_ and closed_
    std::condition_variable changed_;
    std::deque<Event> queue_;
    std::size_t limit_;
    bool lagged_ = false;
    bool closed_ = false;
};

}  // namespace masthead::console
