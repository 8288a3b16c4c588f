#include "host/console/server/control_channel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace masthead::console::server {

UniqueFd ControlChannel::fromEnvironment() {
    const char* text = std::getenv("MASTHEAD_CONTROL_FD");
    const auto number = parseUnsigned<int>(text ? text : "");
    if (!number || ::fcntl(*number, F_SETFD, FD_CLOEXEC) != 0) return {};
    return UniqueFd(*number);
}

ControlChannel::ControlChannel(UniqueFd socket, std::function<void(const Json&)> on_line, std::function<void()> on_end)
    : socket_(std::move(socket)), stop_(::eventfd(0, EFD_CLOEXEC)), on_line_(std::move(on_line)), on_end_(std::move(on_end)) {}

ControlChannel::~ControlChannel() {
    const std::uint64_t one = 1;
    if (::write(stop_.get(), &one, sizeof one) != sizeof one) log::warning("the control channel's thread could not be woken");
    if (thread_.joinable()) thread_.join();
}

void ControlChannel::start() {
    if (!socket_) return;
    // What was said before we looked counts as said before we are ready.
    if (!take(MSG_DONTWAIT)) return on_end_();
    thread_ = std::thread([this] { read(); });
}

bool ControlChannel::take(int flags) {
    char buffer[65536];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, flags);
    if (got < 0) return errno == EINTR || errno == EAGAIN;
    if (got == 0) return false;
    Status fed = lines_.feed(std::string_view(buffer, static_cast<std::size_t>(got)), on_line_);
    if (!fed) log::error("the control channel carries something else than JSON lines", {{"cause", fed.error().message}});
    return fed.ok();
}

void ControlChannel::read() {
    for (;;) {
        pollfd watched[] = {{socket_.get(), POLLIN, 0}, {stop_.get(), POLLIN, 0}};
        if (::poll(watched, 2, -1) < 0 && errno != EINTR) break;
        if (watched[1].revents != 0) return;
        if (watched[0].revents != 0 && !take(0)) break;
    }
    on_end_();
}

void ControlChannel::send(const Json& line) {
    if (!socket_) return;
    const std::string text = line.dump() + "\n";
    const std::lock_guard lock(send_mutex_);
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;  // the reading side ends the process
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
}

}  // namespace masthead::console::server
