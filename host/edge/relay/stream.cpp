#include "host/edge/relay/stream.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <utility>

namespace masthead::edge::relay {

namespace asio = boost::asio;

Stream::Stream(Socket socket) : socket_(std::move(socket)) {
    boost::system::error_code ignored;
    socket_.native_non_blocking(true, ignored);
}

IoResult Stream::tryRead(char* data, std::size_t size) {
    if (!open_) return {};
    ssize_t got = 0;
    do {
        got = ::recv(socket_.native_handle(), data, size, 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) return {IoResult::Kind::Done, static_cast<std::size_t>(got)};
    if (got == 0) return {IoResult::Kind::Eof, 0};
    return {errno == EAGAIN ? IoResult::Kind::WantRead : IoResult::Kind::Failed, 0};
}

IoResult Stream::tryWrite(std::string_view bytes) {
    if (!open_) return {};
    ssize_t sent = 0;
    do {
        sent = ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent >= 0) return {IoResult::Kind::Done, static_cast<std::size_t>(sent)};
    return {errno == EAGAIN ? IoResult::Kind::WantWrite : IoResult::Kind::Failed, 0};
}

void Stream::shutdownWrite() {
    if (open_) ::shutdown(socket_.native_handle(), SHUT_WR);
}

void Stream::close(bool reset) {
    if (!open_) return;
    open_ = false;
    boost::system::error_code ignored;
    if (reset) socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
    if (const auto action = std::exchange(on_close_, nullptr)) action();
}

void Stream::cancelWaits() {
    boost::system::error_code ignored;
    if (open_) socket_.cancel(ignored);
}

Task<bool> Stream::waitFor(IoResult::Kind kind) {
    if (!open_) co_return false;
    const auto direction = kind == IoResult::Kind::WantWrite ? asio::socket_base::wait_write : asio::socket_base::wait_read;
    const auto [error] = co_await socket_.async_wait(direction, asio::as_tuple(asio::use_awaitable));
    co_return !error && open_;
}

Task<IoResult> readSome(Stream& stream, char* data, std::size_t size) {
    for (;;) {
        const auto result = stream.tryRead(data, size);
        if (result.kind != IoResult::Kind::WantRead && result.kind != IoResult::Kind::WantWrite) co_return result;
        const bool ready = co_await stream.waitFor(result.kind);
        if (!ready) co_return IoResult{};
    }
}

Task<bool> writeAll(Stream& stream, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto result = stream.tryWrite(bytes);
        if (result.kind == IoResult::Kind::Done) {
            bytes.remove_prefix(result.bytes);
            continue;
        }
        if (result.kind != IoResult::Kind::WantRead && result.kind != IoResult::Kind::WantWrite) co_return false;
        const bool ready = co_await stream.waitFor(result.kind);
        if (!ready) co_return false;
    }
    co_return true;
}

}  // namespace masthead::edge::relay
