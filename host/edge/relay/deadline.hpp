// One deadline on the event loop: set() arms it, clear() disarms it, and when it passes the action runs once.
//
// Re-arming replaces the earlier time. Dies silently with its owner. One thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace masthead::edge::relay {

class Deadline {
public:
    template <typename Executor>
    Deadline(Executor&& executor, std::function<void()> action)
        : state_(std::make_shared<State>(std::forward<Executor>(executor), std::move(action))) {}
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline() {
        state_->action = nullptr;
        clear();
    }

    void set(std::int64_t ms) {
        state_->passed = false;
        const auto armed = ++state_->generation;
        state_->timer.expires_after(std::chrono::milliseconds(ms));
        state_->timer.async_wait([state = state_, armed](const boost::system::error_code& error) {
            if (error || armed != state->generation || !state->action) return;
            state->passed = true;
            const auto action = state->action;
            action();
        });
    }
    void clear() {
        ++state_->generation;
        state_->timer.cancel();
    }
    /// True once the time ran out, until the next set().
    bool passed() const { return state_->passed; }

private:
    struct State {
        template <typename Executor>
        State(Executor&& executor, std::function<void()> what) : timer(std::forward<Executor>(executor)), action(std::move(what)) {}
        boost::asio::steady_timer timer;
        std::function<void()> action;
        std::uint64_t generation = 0;
        bool passed = false;
    };
    std::shared_ptr<State> state_;
};

}  // namespace masthead::edge::relay
