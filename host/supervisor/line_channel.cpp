#include "host/supervisor/line_channel.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace masthead::supervisor {

LineChannel::LineChannel(EventLoop& loop, UniqueFd fd, std::size_t max_line, std::function<void(const Json&)> line,
                         std::function<void()> closed)
    : loop_(loop), fd_(std::move(fd)), lines_(max_line), line_(std::move(line)), closed_(std::move(closed)) {
    rewatch();
}

LineChannel::~LineChannel() {
    *alive_ = false;
    if (fd_) loop_.unwatch(fd_.get());
}

void LineChannel::rewatch() {
    const std::uint32_t out = queue_.empty() && !broken_ ? 0U : static_cast<std::uint32_t>(EPOLLOUT);
    loop_.watch(fd_.get(), EPOLLIN | out, [this](std::uint32_t events) { ready(events); });
}

void LineChannel::ready(std::uint32_t events) {
    const auto alive = alive_;
    if ((events & EPOLLIN) != 0) receive();
    if (!*alive || !fd_) return;
    if ((events & EPOLLOUT) != 0) flush();
    if (broken_ || ((events & (EPOLLHUP | EPOLLERR)) != 0 && (events & EPOLLIN) == 0)) close();
}

void LineChannel::receive() {
    const auto alive = alive_;
    char buffer[16384];
    const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return close();
    const auto handle = line_;
    // After the handler destroyed this channel the remaining lines of the buffer have nobody to answer.
    const auto fed = lines_.feed({buffer, static_cast<std::size_t>(got)}, [&](const Json& json) {
        if (*alive) handle(json);
    });
    if (*alive && !fed) close();
}

void LineChannel::send(const Json& message) {
    if (!fd_ || broken_) return;
    const bool idle = queue_.empty();
    queue_ += message.dump();
    queue_ += '\n';
    if (queue_.size() > kMaxQueued) broken_ = true;
    if (idle && !broken_) flush();
    if (fd_ && (!queue_.empty() || broken_)) rewatch();
}

void LineChannel::flush() {
    while (!queue_.empty()) {
        const ssize_t sent = ::send(fd_.get(), queue_.data(), queue_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno != EAGAIN && errno != EINTR) broken_ = true;
            return;
        }
        queue_.erase(0, static_cast<std::size_t>(sent));
    }
    rewatch();
}

void LineChannel::close() {
    loop_.unwatch(fd_.get());
    fd_.reset();
    const auto closed = closed_;
    if (closed) closed();
}

}  // namespace masthead::supervisor
