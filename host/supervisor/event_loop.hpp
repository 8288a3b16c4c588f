// One epoll loop with timers for the supervisor's single thread. Handlers may watch, unwatch and cancel anything,
// themselves included. Not thread-safe. The loop never owns the descriptors it watches: unwatch before closing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::supervisor {

class EventLoop {
public:
    using Handler = std::function<void(std::uint32_t events)>;
    using TimerId = std::uint64_t;

    explicit EventLoop(const Clock& clock);

    /// Replaces the events and the handler of an fd that is watched already.
    void watch(int fd, std::uint32_t events, Handler handler);
    void unwatch(int fd);
    TimerId after(std::int64_t ms, std::function<void()> action);
    /// 0 and ids of timers that fired are ignored.
    void cancel(TimerId id);

    /// Returns after quit().
    Status run();
    void quit() { running_ = false; }
    const Clock& clock() const { return clock_; }

private:
    struct Watch {
        int fd;
        std::uint32_t events;
        std::shared_ptr<Handler> handler;
    };
    struct Timer {
        std::int64_t due;
        std::shared_ptr<std::function<void()>> action;
    };

    void fireTimers();
    int waitMs() const;

    const Clock& clock_;
    UniqueFd epoll_;
    bool running_ = false;
    std::uint64_t next_id_ = 1;
    std::unordered_map<std::uint64_t, Watch> watches_;
    std::unordered_map<int, std::uint64_t> by_fd_;
    std::map<TimerId, Timer> timers_;
};

}  // namespace masthead::supervisor
