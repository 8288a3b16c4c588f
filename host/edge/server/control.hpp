// The socket pair to the supervisor: JSON lines both ways (docs/architecture.md). Lives on the event loop.
//
// End of file or an unusable line calls `on_end` once: a child without its supervisor leaves. Output is bounded: reports are
// dropped while the supervisor does not read, "ready" and "tick" are tiny and always fit.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <functional>
#include <string>

#include "host/base/json.hpp"

namespace masthead::edge::server {

class ControlLink {
public:
    using Socket = boost::asio::generic::stream_protocol::socket;

    ControlLink(boost::asio::any_io_executor executor, int fd);
    /// Starts reading. The link must live as long as the event loop runs.
    void start(std::function<void(const Json&)> on_line, std::function<void()> on_end);
    void send(const Json& line);

private:
    boost::asio::awaitable<void> readLines();
    boost::asio::awaitable<void> flush();

    Socket socket_;
    std::function<void(const Json&)> on_line_;
    std::function<void()> on_end_;
    std::string pending_;
    bool flushing_ = false;
};

}  // namespace masthead::edge::server
