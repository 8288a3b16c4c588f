// A non-blocking byte stream on the event loop: plain (TCP or unix socket) or TLS. One owner, one thread.
//
// try*() never block and never throw; waitFor() suspends until the socket is ready. close() makes every waiter return with an
// error, so a deadline ends whatever a coroutine is doing by closing the stream under it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace masthead::edge::relay {

using Socket = boost::asio::generic::stream_protocol::socket;
template <typename T>
using Task = boost::asio::awaitable<T>;

struct IoResult {
    enum class Kind { Done, WantRead, WantWrite, Eof, Failed };
    Kind kind = Kind::Failed;
    std::size_t bytes = 0;
};

class Stream {
public:
    explicit Stream(Socket socket);
    virtual ~Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    virtual IoResult tryRead(char* data, std::size_t size);
    virtual IoResult tryWrite(std::string_view bytes);
    /// Tells the peer that nothing more will come; reading goes on. Best effort.
    virtual void shutdownWrite();
    /// `reset` sends RST instead of FIN.
    void close(bool reset = false);
    bool isOpen() const { return open_; }
    /// Runs once, inside the close() that closes the stream; an empty function takes the earlier one back.
    void onClose(std::function<void()> action) { on_close_ = std::move(action); }

    /// Suspends until ready in the direction that `kind` wants; false when closed meanwhile.
    Task<bool> waitFor(IoResult::Kind kind);
    /// Wakes all waiters with an error but leaves the stream open.
    void cancelWaits();
    Socket& socket() { return socket_; }

protected:
    Socket socket_;
    bool open_ = true;

private:
    std::function<void()> on_close_;
};

/// Suspends until bytes, Eof or Failed.
Task<IoResult> readSome(Stream& stream, char* data, std::size_t size);
/// False when the stream failed before all bytes were taken.
Task<bool> writeAll(Stream& stream, std::string_view bytes);

}  // namespace masthead::edge::relay
