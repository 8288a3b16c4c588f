#include "host/edge/server/listeners.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/descriptor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>

#include "host/base/log.hpp"

namespace masthead::edge::server {

namespace asio = boost::asio;

namespace {

constexpr int kAcceptsInARow = 64;

UniqueFd openSpare() { return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

struct Listeners::One {
    One(const asio::any_io_executor& executor, UniqueFd fd) : descriptor(executor, fd.release()) {}
    asio::posix::stream_descriptor descriptor;  // for waiting only
};

Listeners::Listeners(asio::any_io_executor executor, std::vector<UniqueFd> fds, OnAccept on_accept)
    : executor_(std::move(executor)), on_accept_(std::move(on_accept)), spare_(openSpare()) {
    for (auto& fd : fds) list_.push_back(std::make_shared<One>(executor_, std::move(fd)));
}

Listeners::~Listeners() = default;

void Listeners::start() {
    for (const auto& one : list_) asio::co_spawn(executor_, acceptAll(one), asio::detached);
}

void Listeners::stop() {
    for (const auto& one : list_) {
        boost::system::error_code ignored;
        one->descriptor.close(ignored);
    }
    list_.clear();
}

relay::Task<void> Listeners::rest() {
    asio::steady_timer timer(executor_, std::chrono::milliseconds(50));
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

relay::Task<void> Listeners::acceptAll(std::shared_ptr<One> one) {
    while (one->descriptor.is_open()) {
        const auto [error] = co_await one->descriptor.async_wait(asio::posix::descriptor_base::wait_read, asio::as_tuple(asio::use_awaitable));
        if (error) co_return;
        bool exhausted = false;
        for (int i = 0; i < kAcceptsInARow && one->descriptor.is_open(); ++i) {
            sockaddr_storage peer{};
            socklen_t size = sizeof peer;
            UniqueFd fd(::accept4(one->descriptor.native_handle(), reinterpret_cast<sockaddr*>(&peer), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
            if (!fd) {
                exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
                break;
            }
            const int yes = 1;
            ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            boost::system::error_code failed;
            relay::Socket socket(executor_);
            socket.assign(asio::generic::stream_protocol(peer.ss_family, IPPROTO_TCP), fd.get(), failed);
            if (failed) continue;
            fd.release();
            on_accept_(std::move(socket), peer);
        }
        if (exhausted) {
            log::warning("out of file descriptors: a connection was turned away");
            spare_.reset();
            UniqueFd turned_away(::accept4(one->descriptor.native_handle(), nullptr, nullptr, SOCK_CLOEXEC));
            turned_away.reset();
            spare_ = openSpare();
            co_await rest();
        }
    }
}

}  // namespace masthead::edge::server
