#include "host/supervisor/exchange.hpp"

#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "host/base/text.hpp"

namespace masthead::supervisor {
namespace {

struct Address {
    sockaddr_storage storage{};
    socklen_t length = 0;
};

std::optional<Address> parseAddress(const std::string& text) {
    Address out;
    if (!text.empty() && text.front() == '/') {
        sockaddr_un local{};
        local.sun_family = AF_UNIX;
        if (text.size() >= sizeof local.sun_path) return std::nullopt;
        std::memcpy(local.sun_path, text.data(), text.size());
        std::memcpy(&out.storage, &local, sizeof local);
        out.length = sizeof local;
        return out;
    }
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    const auto port = parseUnsigned<std::uint16_t>(std::string_view(text).substr(colon + 1));
    std::string host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    v4.sin_family = AF_INET;
    v6.sin6_family = AF_INET6;
    if (!port) return std::nullopt;
    v4.sin_port = v6.sin6_port = htons(*port);
    if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) == 1) {
        std::memcpy(&out.storage, &v4, sizeof v4);
        out.length = sizeof v4;
    } else if (::inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1) {
        std::memcpy(&out.storage, &v6, sizeof v6);
        out.length = sizeof v6;
    } else {
        return std::nullopt;
    }
    return out;
}

/// Value of Content-Length in the head, if any.
std::optional<std::size_t> contentLength(std::string_view head) {
    for (auto line : split(head, '\n')) {
        line = trim(line);
        const auto colon = line.find(':');
        if (colon != std::string_view::npos && equalsIgnoreCase(line.substr(0, colon), "content-length")) {
            return parseUnsigned<std::size_t>(trim(line.substr(colon + 1)));
        }
    }
    return std::nullopt;
}

}  // namespace

Exchange::Exchange(EventLoop& loop, const std::string& address, std::string request, std::int64_t timeout_ms, Enough enough,
                   Done done)
    : loop_(loop), request_(std::move(request)), enough_(std::move(enough)), done_(std::move(done)) {
    timer_ = loop_.after(timeout_ms, [this] { finish(std::nullopt); });
    const auto target = parseAddress(address);
    if (target) fd_.reset(::socket(target->storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const bool begun =
        target && fd_ &&
        (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&target->storage), target->length) == 0 || errno == EINPROGRESS);
    if (!begun) {
        // Not from the constructor: the owner has no object yet.
        loop_.cancel(timer_);
        timer_ = loop_.after(0, [this] { finish(std::nullopt); });
        return;
    }
    loop_.watch(fd_.get(), EPOLLOUT, [this](std::uint32_t events) { ready(events); });
}

Exchange::~Exchange() {
    loop_.cancel(timer_);
    if (fd_) loop_.unwatch(fd_.get());
}

void Exchange::ready(std::uint32_t events) {
    if ((events & EPOLLOUT) != 0 && !request_.empty()) {
        const ssize_t sent = ::send(fd_.get(), request_.data(), request_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0) {
            if (errno == EAGAIN || errno == EINTR) return;
            return finish(std::nullopt);
        }
        request_.erase(0, static_cast<std::size_t>(sent));
        if (request_.empty()) loop_.watch(fd_.get(), EPOLLIN, [this](std::uint32_t more) { ready(more); });
        return;
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive();
}

void Exchange::receive() {
    char buffer[kMaxAnswer];
    const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got < 0) return finish(std::nullopt);
    if (got == 0) return finish(answer_.empty() ? std::nullopt : std::optional<std::string>(answer_));
    answer_.append(buffer, static_cast<std::size_t>(got));
    if (answer_.size() > kMaxAnswer) return finish(std::nullopt);
    if (enough_(answer_)) finish(answer_);
}

void Exchange::finish(std::optional<std::string> answer) {
    loop_.cancel(timer_);
    if (fd_) loop_.unwatch(fd_.get());
    fd_.reset();
    const auto done = std::exchange(done_, nullptr);
    if (done) done(std::move(answer));
}

bool httpComplete(std::string_view answer) {
    const auto end = answer.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    const auto length = contentLength(answer.substr(0, end));
    return length && answer.size() - end - 4 >= *length;
}

std::optional<std::string> httpBody(std::string_view answer) {
    const auto end = answer.find("\r\n\r\n");
    if (end == std::string_view::npos || answer.substr(0, 7) != "HTTP/1." || answer.substr(8, 5) != " 200 ") return std::nullopt;
    return std::string(answer.substr(end + 4));
}

}  // namespace masthead::supervisor
