#include "host/supervisor/listeners.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/supervisor/port_holder.hpp"

namespace masthead::supervisor {
namespace {

constexpr int kFirstInherited = 3;
constexpr int kBacklog = 4096;

std::string boundAddress(int fd) {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return "unknown";
    char text[INET6_ADDRSTRLEN] = "";
    if (address.ss_family == AF_INET) {
        const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address);
        ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
        return std::string(text) + ":" + std::to_string(ntohs(v4->sin_port));
    }
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address);
    ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    return "[" + std::string(text) + "]:" + std::to_string(ntohs(v6->sin6_port));
}

Result<std::vector<Listener>> inherited() {
    std::vector<Listener> out;
    const char* pid = std::getenv("LISTEN_PID");
    const char* count = std::getenv("LISTEN_FDS");
    if (pid == nullptr || count == nullptr || parseUnsigned<pid_t>(pid) != ::getpid()) return out;
    const int total = parseUnsigned<int>(count).value_or(0);
    for (int fd = kFirstInherited; fd < kFirstInherited + total && total <= 64; ++fd) {
        int listening = 0;
        socklen_t length = sizeof listening;
        if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || listening == 0) {
            return Error{Code::InvalidArgument, "descriptor " + std::to_string(fd) +
                                                    " of LISTEN_FDS is not a listening socket; use Accept=no in the socket unit"};
        }
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        out.push_back(Listener{UniqueFd(fd), boundAddress(fd)});
    }
    return out;
}

/// NotFound when the kernel lacks the address family or the address.
Result<Listener> open(const config::Listen& wanted) {
    sockaddr_in v4{};
    sockaddr_in6 v6{};
    const bool is_v6 = ::inet_pton(AF_INET6, wanted.address.c_str(), &v6.sin6_addr) == 1;
    if (!is_v6 && ::inet_pton(AF_INET, wanted.address.c_str(), &v4.sin_addr) != 1) {
        return Error{Code::InvalidArgument, "server.listen: '" + wanted.address + "' is not an IP address"};
    }
    const std::string shown = (is_v6 ? "[" + wanted.address + "]" : wanted.address) + ":" + std::to_string(wanted.port);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(wanted.port);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(wanted.port);
    UniqueFd fd(::socket(is_v6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd && errno == EAFNOSUPPORT) return Error{Code::NotFound, shown + ": the kernel has no such address family"};
    if (!fd) return systemError("opening a socket for " + shown, errno);
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (is_v6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    const auto* address = is_v6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
    const auto length = static_cast<socklen_t>(is_v6 ? sizeof v6 : sizeof v4);
    if (::bind(fd.get(), address, length) != 0 || ::listen(fd.get(), kBacklog) != 0) {
        const int error = errno;
        if (error == EADDRINUSE) {
            return Error{Code::Conflict, "cannot listen on " + shown + ": the port is " + describePortHolder(wanted.port) +
                                             "; stop it or change server.listen"};
        }
        if (error == EADDRNOTAVAIL && is_v6) return Error{Code::NotFound, shown + ": the address is not available"};
        if (error == EACCES) {
            return Error{Code::PermissionDenied,
                         "cannot listen on " + shown +
                             ": ports below 1024 need CAP_NET_BIND_SERVICE; use the systemd unit or a higher port"};
        }
        return systemError("listening on " + shown, error);
    }
    std::string bound = boundAddress(fd.get());
    return Listener{std::move(fd), std::move(bound)};
}

}  // namespace

Result<std::vector<Listener>> openListeners(const std::vector<config::Listen>& wanted) {
    auto out = inherited();
    if (!out || !out->empty()) return out;
    for (const auto& one : wanted) {
        auto listener = open(one);
        if (!listener && listener.error().code == Code::NotFound) {
            log::warning("not listening on " + listener.error().message);
            continue;
        }
        if (!listener) return std::move(listener).error();
        out->push_back(std::move(*listener));
    }
    if (out->empty()) return Error{Code::Unavailable, "none of the addresses in server.listen is available on this machine"};
    return out;
}

}  // namespace masthead::supervisor
