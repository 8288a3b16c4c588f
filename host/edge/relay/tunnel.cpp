#include "host/edge/relay/tunnel.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "host/edge/relay/deadline.hpp"

namespace masthead::edge::relay {

namespace asio = boost::asio;

namespace {

/// A direction that never has to wait still lets the others run after this many buffers.
constexpr int kTurns = 8;

struct Tunnel {
    Stream& client;
    Stream& backend;
    std::int64_t linger_ms;
    Deadline linger;
    TunnelCounts counts;
    int open_directions = 2;
    std::shared_ptr<asio::steady_timer> finished;

    void end(bool reset) {
        if (reset) {
            client.onClose(nullptr);
            backend.onClose(nullptr);
        }
        client.close(reset);
        backend.close(reset);
    }
    void moved() {
        if (open_directions == 1) linger.set(linger_ms);
    }
};

/// Moves bytes until the source has no more for now; says what to wait for, or Eof, or Failed. Holds a buffer only meanwhile.
Task<IoResult::Kind> moveBurst(Tunnel& tunnel, Stream& from, Stream& to, std::uint64_t& count) {
    const auto buffer = std::make_unique_for_overwrite<char[]>(kTunnelBuffer);
    for (int turn = 1;; ++turn) {
        const auto got = from.tryRead(buffer.get(), kTunnelBuffer);
        if (got.kind != IoResult::Kind::Done) co_return got.kind;
        const bool written = co_await writeAll(to, std::string_view(buffer.get(), got.bytes));
        if (!written) co_return IoResult::Kind::Failed;
        count += got.bytes;
        tunnel.moved();
        if (turn % kTurns == 0) co_await asio::post(asio::use_awaitable);
    }
}

Task<void> moveAll(std::shared_ptr<Tunnel> tunnel, Stream& from, Stream& to, std::uint64_t& count) {
    for (;;) {
        // Bytes may already lie decrypted inside TLS, where no poll sees them: look first, wait afterwards.
        const auto next = co_await moveBurst(*tunnel, from, to, count);
        if (next == IoResult::Kind::Failed) tunnel->end(true);
        if (next == IoResult::Kind::Failed || next == IoResult::Kind::Eof) break;
        const bool ready = co_await from.waitFor(next);
        if (!ready) break;
    }
    to.shutdownWrite();
    if (--tunnel->open_directions == 1) {
        tunnel->linger.set(tunnel->linger_ms);
    } else {
        tunnel->end(false);
        tunnel->finished->cancel();
    }
}

}  // namespace

Task<TunnelCounts> runTunnel(Stream& client, Stream& backend, std::int64_t linger_ms) {
    const auto executor = co_await asio::this_coro::executor;
    auto finished = std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    Tunnel* raw = nullptr;
    auto tunnel = std::shared_ptr<Tunnel>(
        new Tunnel{client, backend, linger_ms, Deadline(executor, [&raw] { raw->end(true); }), {}, 2, finished});
    raw = tunnel.get();
    // A direction that waits for one stream would not notice that the other was closed under it (a deadline, a drain).
    client.onClose([raw] { raw->backend.close(); });
    backend.onClose([raw] { raw->client.close(); });
    asio::co_spawn(executor, moveAll(tunnel, client, backend, tunnel->counts.to_backend), asio::detached);
    asio::co_spawn(executor, moveAll(tunnel, backend, client, tunnel->counts.to_client), asio::detached);
    while (tunnel->open_directions > 0) {
        co_await finished->async_wait(asio::as_tuple(asio::use_awaitable));
    }
    client.onClose(nullptr);
    backend.onClose(nullptr);
    co_return tunnel->counts;
}

void enableKeepalive(Socket& socket) {
    const auto set = [&socket](int level, int option, int value) {
        // Fails on a unix socket, which needs none.
        static_cast<void>(::setsockopt(socket.native_handle(), level, option, &value, sizeof value));
    };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
    set(IPPROTO_TCP, TCP_KEEPCNT, 4);
}

}  // namespace masthead::edge::relay
