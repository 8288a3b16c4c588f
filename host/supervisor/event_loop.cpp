#include "host/supervisor/event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "host/base/file.hpp"

namespace masthead::supervisor {

EventLoop::EventLoop(const Clock& clock) : clock_(clock), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

void EventLoop::watch(int fd, std::uint32_t events, Handler handler) {
    const auto known = by_fd_.find(fd);
    const std::uint64_t id = known == by_fd_.end() ? next_id_++ : known->second;
    struct epoll_event event {};
    event.events = events;
    event.data.u64 = id;
    ::epoll_ctl(epoll_.get(), known == by_fd_.end() ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
    watches_[id] = Watch{fd, events, std::make_shared<Handler>(std::move(handler))};
    by_fd_[fd] = id;
}

void EventLoop::unwatch(int fd) {
    const auto known = by_fd_.find(fd);
    if (known == by_fd_.end()) return;
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
    watches_.erase(known->second);
    by_fd_.erase(known);
}

EventLoop::TimerId EventLoop::after(std::int64_t ms, std::function<void()> action) {
    const TimerId id = next_id_++;
    timers_[id] =
        Timer{clock_.steadyMs() + std::max<std::int64_t>(0, ms), std::make_shared<std::function<void()>>(std::move(action))};
    return id;
}

void EventLoop::cancel(TimerId id) { timers_.erase(id); }

int EventLoop::waitMs() const {
    if (timers_.empty()) return -1;
    std::int64_t due = timers_.begin()->second.due;
    for (const auto& [id, timer] : timers_) due = std::min(due, timer.due);
    return static_cast<int>(std::clamp<std::int64_t>(due - clock_.steadyMs(), 0, 60000));
}

void EventLoop::fireTimers() {
    std::vector<TimerId> due;
    for (const auto& [id, timer] : timers_) {
        if (timer.due <= clock_.steadyMs()) due.push_back(id);
    }
    for (const TimerId id : due) {
        const auto it = timers_.find(id);
        if (it == timers_.end()) continue;
        const auto action = it->second.action;
        timers_.erase(it);
        (*action)();
    }
}

Status EventLoop::run() {
    running_ = true;
    std::array<struct epoll_event, 64> events{};
    while (running_) {
        const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), waitMs());
        if (count < 0 && errno != EINTR) return systemError("waiting for events", errno);
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            const auto it = watches_.find(event.data.u64);
            if (it == watches_.end()) continue;
            const auto handler = it->second.handler;
            (*handler)(event.events);
        }
        fireTimers();
    }
    return {};
}

}  // namespace masthead::supervisor
