#include "host/edge/relay/console_pool.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "host/base/clock.hpp"
#include "host/edge/relay/backend.hpp"

namespace masthead::edge::relay {

namespace asio = boost::asio;

ConsolePool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), stream_(std::move(other.stream_)), reused_(other.reused_) {}

ConsolePool::Lease& ConsolePool::Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        drop();
        pool_ = std::exchange(other.pool_, nullptr);
        stream_ = std::move(other.stream_);
        reused_ = other.reused_;
    }
    return *this;
}

void ConsolePool::Lease::giveBack() {
    if (pool_ && stream_ && stream_->isOpen()) pool_->idle_.push_back({std::move(stream_), SystemClock().steadyMs()});
    drop();
}

void ConsolePool::Lease::drop() {
    stream_.reset();
    if (auto* const pool = std::exchange(pool_, nullptr)) pool->released();
}

void ConsolePool::released() {
    --in_use_;
    if (waiters_.empty()) return;
    waiters_.front()->cancel();
    waiters_.pop_front();
}

/// The most recently used connection that is still silent and open; others are closed.
std::unique_ptr<Stream> ConsolePool::takeIdle() {
    while (!idle_.empty()) {
        auto stream = std::move(idle_.back().stream);
        idle_.pop_back();
        char unexpected = 0;
        if (stream->tryRead(&unexpected, 1).kind == IoResult::Kind::WantRead) return stream;
    }
    return nullptr;
}

void ConsolePool::sweep(std::int64_t now_ms) {
    std::erase_if(idle_, [&](const Idle& entry) { return now_ms - entry.since >= settings_.idle_ms; });
}

Task<ConsolePool::Lease> ConsolePool::acquire(bool fresh) {
    Lease lease;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::milliseconds(settings_.wait_ms);
    while (in_use_ >= settings_.connections) {
        if (waiters_.size() >= settings_.waiting || std::chrono::steady_clock::now() >= give_up) co_return lease;
        auto turn = std::make_shared<asio::steady_timer>(executor_, give_up);
        waiters_.push_back(turn);
        co_await turn->async_wait(asio::as_tuple(asio::use_awaitable));
        std::erase(waiters_, turn);
    }
    ++in_use_;
    lease.pool_ = this;
    if (!fresh) lease.stream_ = takeIdle();
    lease.reused_ = lease.stream_ != nullptr;
    if (!lease.stream_) {
        // Idle connections occupy a worker of the console too: the sum stays within the limit.
        while (!idle_.empty() && in_use_ + idle_.size() > settings_.connections) idle_.erase(idle_.begin());
        lease.stream_ = co_await connectUnix(settings_.path, settings_.connect_ms);
    }
    if (!lease.stream_) lease.drop();
    co_return lease;
}

}  // namespace masthead::edge::relay
