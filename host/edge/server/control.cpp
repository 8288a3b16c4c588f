#include "host/edge/server/control.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "host/base/json_lines.hpp"
#include "host/base/log.hpp"

namespace masthead::edge::server {

namespace asio = boost::asio;

namespace {
constexpr std::size_t kMaxPending = std::size_t{1} << 20;
}

ControlLink::ControlLink(asio::any_io_executor executor, int fd)
    : socket_(std::move(executor), asio::generic::stream_protocol(AF_UNIX, 0), fd) {}

void ControlLink::start(std::function<void(const Json&)> on_line, std::function<void()> on_end) {
    on_line_ = std::move(on_line);
    on_end_ = std::move(on_end);
    asio::co_spawn(socket_.get_executor(), readLines(), asio::detached);
}

asio::awaitable<void> ControlLink::readLines() {
    JsonLines lines;
    std::array<char, 4096> block{};
    for (;;) {
        const auto [error, got] = co_await socket_.async_read_some(asio::buffer(block), asio::as_tuple(asio::use_awaitable));
        if (error) break;
        const auto fed = lines.feed(std::string_view(block.data(), got), on_line_);
        if (!fed) {
            log::error("control line not understood", {{"reason", fed.error().message}});
            break;
        }
    }
    on_end_();
}

void ControlLink::send(const Json& line) {
    if (pending_.size() > kMaxPending) return;
    pending_ += line.dump() + '\n';
    if (flushing_) return;
    flushing_ = true;
    asio::co_spawn(socket_.get_executor(), flush(), asio::detached);
}

asio::awaitable<void> ControlLink::flush() {
    while (!pending_.empty()) {
        const std::string now = std::exchange(pending_, {});
        const auto [error, sent] = co_await asio::async_write(socket_, asio::buffer(now), asio::as_tuple(asio::use_awaitable));
        static_cast<void>(sent);
        if (error) break;  // readLines() sees the end as well
    }
    flushing_ = false;
}

}  // namespace masthead::edge::server
