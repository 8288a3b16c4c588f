// The listening sockets handed down as descriptors from 3 on, and the loop that accepts on each.
//
// Survives running out of descriptors: a spare one is given up to accept and close the waiting connection, then accepting rests
// for a moment instead of spinning (DO-07). Lives on the event loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "host/base/unique_fd.hpp"
#include "host/edge/relay/stream.hpp"

namespace masthead::edge::server {

class Listeners {
public:
    using OnAccept = std::function<void(relay::Socket socket, const sockaddr_storage& peer)>;

    Listeners(boost::asio::any_io_executor executor, std::vector<UniqueFd> fds, OnAccept on_accept);
    ~Listeners();
    void start();
    void stop();

private:
    struct One;
    relay::Task<void> acceptAll(std::shared_ptr<One> one);
    relay::Task<void> rest();

    boost::asio::any_io_executor executor_;
    OnAccept on_accept_;
    std::vector<std::shared_ptr<One>> list_;
    UniqueFd spare_;
};

}  // namespace masthead::edge::server
