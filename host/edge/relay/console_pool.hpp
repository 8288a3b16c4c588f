// Connections to the console's unix socket: at most as many as it has worker threads, one request in flight on each.
//
// A connection is used again only after a complete response, and only for a short time (the console keeps idle ones longer, so
// edge is the one that closes). Requests beyond the limit wait for a while. Lives on the event loop; leases must not outlive it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "host/edge/relay/stream.hpp"

namespace masthead::edge::relay {

struct ConsolePoolSettings {
    std::string path;
    std::size_t connections = 96;
    std::size_t waiting = 1024;
    std::int64_t wait_ms = 10000;
    std::int64_t connect_ms = 2000;
    std::int64_t idle_ms = 10000;
};

class ConsolePool {
public:
    ConsolePool(boost::asio::any_io_executor executor, ConsolePoolSettings settings) : executor_(std::move(executor)), settings_(std::move(settings)) {}

    class Lease {
    public:
        Lease() = default;
        Lease(Lease&& other) noexcept;
        Lease& operator=(Lease&& other) noexcept;
        ~Lease() { drop(); }

        explicit operator bool() const { return stream_ != nullptr; }
        Stream& stream() { return *stream_; }
        /// True when an earlier request went over it: its peer may have left in the meantime.
        bool reused() const { return reused_; }
        /// The response was complete: others may use the connection.
        void giveBack();
        void drop();

    private:
        friend class ConsolePool;
        ConsolePool* pool_ = nullptr;
        std::unique_ptr<Stream> stream_;
        bool reused_ = false;
    };

    /// Empty when the console cannot be reached or no connection came free in time. `fresh` never takes a used one.
    Task<Lease> acquire(bool fresh = false);

    void dropIdle() { idle_.clear(); }
    /// Closes connections idle for too long; the caller ticks every few seconds.
    void sweep(std::int64_t now_ms);
    std::size_t inUse() const { return in_use_; }
    std::size_t idle() const { return idle_.size(); }

private:
    struct Idle {
        std::unique_ptr<Stream> stream;
        std::int64_t since = 0;
    };

    std::unique_ptr<Stream> takeIdle();
    void released();

    boost::asio::any_io_executor executor_;
    ConsolePoolSettings settings_;
    std::vector<Idle> idle_;
    std::size_t in_use_ = 0;
    std::deque<std::shared_ptr<boost::asio::steady_timer>> waiters_;
};

}  // namespace masthead::edge::relay
