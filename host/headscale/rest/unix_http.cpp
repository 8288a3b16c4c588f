#include "host/headscale/rest/unix_http.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <cstring>

#include "host/base/clock.hpp"
#include "host/base/file.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::headscale {

namespace {

namespace http = boost::beast::http;

constexpr std::size_t kMostHead = std::size_t{16} << 10;
constexpr std::size_t kMostBody = std::size_t{64} << 20;

Error late() { return Error{Code::Unavailable, "headscale did not answer in time"}; }

Error broken(const std::string& what, int error_number) {
    Error error = systemError(what, error_number);
    error.code = Code::Unavailable;
    return error;
}

class Exchange {
public:
    explicit Exchange(std::int64_t deadline_ms) : end_(clock_.steadyMs() + deadline_ms) {}

    Status open(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path.size() >= sizeof address.sun_path) {
            return Error{Code::InvalidArgument, "the socket path " + path + " is longer than the 107 bytes the system allows"};
        }
        std::memcpy(address.sun_path, path.data(), path.size());
        fd_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (!fd_) return broken("opening a socket", errno);
        // A full backlog answers EAGAIN at once on unix sockets; headscale is overloaded then, which is "try again".
        if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            return broken("connecting to " + path, errno);
        }
        return {};
    }

    Status send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0) {
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            } else if (errno == EAGAIN) {
                if (!wait(POLLOUT)) return late();
            } else if (errno == EPIPE || errno == ECONNRESET) {
                return {};  // the answer may already stand in the receive buffer
            } else if (errno != EINTR) {
                return broken("sending to headscale", errno);
            }
        }
        return {};
    }

    /// Bytes received; 0 = end of stream.
    Result<std::size_t> receive(char* buffer, std::size_t size) {
        for (;;) {
            const ssize_t got = ::recv(fd_.get(), buffer, size, 0);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno == EAGAIN) {
                if (!wait(POLLIN)) return late();
            } else if (errno != EINTR) {
                return broken("reading from headscale", errno);
            }
        }
    }

private:
    bool wait(short events) {
        for (;;) {
            const std::int64_t left = end_ - clock_.steadyMs();
            if (left <= 0) return false;
            pollfd item{fd_.get(), events, 0};
            const int ready = ::poll(&item, 1, static_cast<int>(std::min<std::int64_t>(left, 60000)));
            if (ready > 0) return true;
            if (ready < 0 && errno != EINTR) return false;
        }
    }

    SystemClock clock_;
    std::int64_t end_;
    UniqueFd fd_;
};

std::string headOf(const HttpRequest& request) {
    std::string head = request.method + " " + request.target + " HTTP/1.1\r\nHost: headscale\r\nAccept: application/json\r\nConnection: close\r\n";
    if (!request.body.empty()) head += "Content-Type: application/json\r\n";
    if (!request.body.empty() || request.method != "GET") head += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
    return head + "\r\n";
}

Error unreadable(const boost::system::error_code& code) {
    if (code == http::error::body_limit || code == http::error::header_limit) {
        return Error{Code::ResourceExhausted, "headscale's answer is larger than the limit (64 MiB)"};
    }
    if (code == http::error::partial_message) return Error{Code::Unavailable, "headscale closed the connection in the middle of an answer"};
    return Error{Code::Unimplemented, "the socket does not answer in HTTP/1.1", code.message()};
}

/// Feeds what has arrived; returns how much of it was used.
Result<std::size_t> feed(http::response_parser<http::string_body>& parser, const std::string& pending) {
    boost::system::error_code code;
    const std::size_t used = parser.put(boost::asio::buffer(pending), code);
    if (code && code != http::error::need_more) return unreadable(code);
    return used;
}

}  // namespace

Result<HttpAnswer> exchange(const std::string& socket_path, const HttpRequest& request, std::int64_t deadline_ms) {
    Exchange wire(deadline_ms);
    if (Status opened = wire.open(socket_path); !opened) return std::move(opened).error();
    if (Status sent = wire.send(headOf(request)); !sent) return std::move(sent).error();
    if (Status sent = wire.send(request.body); !sent) return std::move(sent).error();

    http::response_parser<http::string_body> parser;
    parser.header_limit(kMostHead);
    parser.body_limit(kMostBody);
    parser.eager(true);
    std::string pending;
    std::string buffer(std::size_t{64} << 10, '\0');
    while (!parser.is_done()) {
        auto got = wire.receive(buffer.data(), buffer.size());
        if (!got) return std::move(got).error();
        if (*got == 0) {
            if (!parser.got_some()) return Error{Code::Unavailable, "headscale closed the connection without an answer"};
            boost::system::error_code code;
            parser.put_eof(code);
            if (code) return unreadable(code);
            break;
        }
        pending.append(buffer, 0, *got);
        auto used = feed(parser, pending);
        if (!used) return std::move(used).error();
        pending.erase(0, *used);
        if (pending.size() > kMostHead + buffer.size()) return Error{Code::ResourceExhausted, "headscale's answer has an oversized head"};
    }
    HttpAnswer answer;
    answer.status = static_cast<int>(parser.get().result_int());
    answer.body = std::move(parser.get().body());
    return answer;
}

std::string encodeSegment(std::string_view text) {
    static const char kHex[] = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

}  // namespace masthead::headscale
