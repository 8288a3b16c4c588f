#include "host/supervisor/notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "host/base/text.hpp"

namespace masthead::supervisor {
namespace {

constexpr std::size_t kMaxPending = 4096;

}  // namespace

Notify::Notify() {
    const char* path = std::getenv("NOTIFY_SOCKET");
    const char* watchdog = std::getenv("WATCHDOG_USEC");
    const char* pid = std::getenv("WATCHDOG_PID");
    const bool ours = pid == nullptr || parseUnsigned<pid_t>(pid) == ::getpid();
    if (path != nullptr && (path[0] == '/' || path[0] == '@') && std::strlen(path) < sizeof(sockaddr_un::sun_path)) {
        path_ = path;
        fd_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
        if (watchdog != nullptr && ours) {
            const auto us = parseUnsigned<std::int64_t>(watchdog).value_or(0);
            watchdog_ms_ = us > 0 ? std::clamp<std::int64_t>(us / 2000, 1, 10000) : 0;
        }
    }
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
}

bool Notify::send(const std::string& state) {
    if (!fd_) return true;
    const bool periodic = state == "WATCHDOG=1";
    const std::string datagram = pending_.empty() ? state : pending_ + (state.empty() ? "" : "\n" + state);
    if (deliver(datagram)) {
        pending_.clear();
    } else if (!periodic) {
        pending_ = datagram.size() <= kMaxPending ? datagram : state;
    }
    return pending_.empty();
}

bool Notify::deliver(const std::string& datagram) const {
    if (datagram.empty()) return true;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path_.size());
    const auto sent = ::sendto(fd_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&address), length);
    // A full queue is worth another try; any other failure means that nobody listens, which is not ours to cure.
    return sent >= 0 || (errno != EAGAIN && errno != ENOBUFS);
}

}  // namespace masthead::supervisor
