// An event loop for one test: runs tasks to their end, with a limit that makes a hang a failure.
#pragma once

#include <cppunit/TestAssert.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include "host/edge/relay/stream.hpp"

namespace masthead::edge::testing {

class Loop {
public:
    boost::asio::io_context context{1};

    /// Starts a task; run() waits for it and rethrows what it threw.
    template <typename T>
    void start(relay::Task<T> task) {
        ++running_;
        boost::asio::co_spawn(context, finish(std::move(task)), [this](std::exception_ptr error) {
            if (error && !error_) error_ = error;
            if (--running_ == 0 || error) context.stop();
        });
    }

    void run() {
        context.restart();
        context.run_for(std::chrono::seconds(20));
        if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("tasks that did not end in time", 0, running_);
    }

    /// Both ends of a socket pair.
    std::pair<std::unique_ptr<relay::Stream>, std::unique_ptr<relay::Stream>> pair() {
        auto [left, right] = sockets();
        return {std::make_unique<relay::Stream>(std::move(left)), std::make_unique<relay::Stream>(std::move(right))};
    }
    std::pair<relay::Socket, relay::Socket> sockets() {
        int fds[2];
        CPPUNIT_ASSERT_EQUAL(0, ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
        const boost::asio::generic::stream_protocol protocol(AF_UNIX, 0);
        return {relay::Socket(context, protocol, fds[0]), relay::Socket(context, protocol, fds[1])};
    }

private:
    template <typename T>
    static relay::Task<void> finish(relay::Task<T> task) {
        co_await std::move(task);
    }

    int running_ = 0;
    std::exception_ptr error_;
};

/// Reads to the end of the stream.
inline relay::Task<std::string> readAll(relay::Stream& stream) {
    std::string out;
    char block[8192];
    for (;;) {
        const auto got = co_await relay::readSome(stream, block, sizeof block);
        if (got.kind != relay::IoResult::Kind::Done) co_return out;
        out.append(block, got.bytes);
    }
}

/// Reads exactly `size` bytes, or less at the end.
inline relay::Task<std::string> readExactly(relay::Stream& stream, std::size_t size) {
    std::string out;
    char block[8192];
    while (out.size() < size) {
        const auto got = co_await relay::readSome(stream, block, std::min(sizeof block, size - out.size()));
        if (got.kind != relay::IoResult::Kind::Done) break;
        out.append(block, got.bytes);
    }
    co_return out;
}

}  // namespace masthead::edge::testing
