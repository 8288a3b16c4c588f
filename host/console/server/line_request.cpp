#include "host/console/server/line_request.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "host/base/file.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::console::server {

Result<Json> lineRequest(const std::string& socket_path, const Json& request, std::int64_t timeout_ms) {
    const UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (!socket || socket_path.size() >= sizeof address.sun_path) return Error{Code::Internal, "the socket path " + socket_path + " is too long"};
    std::memcpy(address.sun_path, socket_path.c_str(), socket_path.size());
    const timeval limit{timeout_ms / 1000, (timeout_ms % 1000) * 1000};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        Error error = systemError("connecting to " + socket_path, errno);
        error.code = Code::Unavailable;
        return error;
    }
    const std::string line = request.dump() + "\n";
    if (::send(socket.get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
        return Error{Code::Unavailable, "sending to " + socket_path + " failed"};
    }
    std::string answer;
    char buffer[16384];
    while (answer.find('\n') == std::string::npos) {
        const ssize_t got = ::recv(socket.get(), buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0 || answer.size() > (std::size_t{4} << 20)) return Error{Code::Unavailable, "no answer from " + socket_path};
        answer.append(buffer, static_cast<std::size_t>(got));
    }
    return parseJson(std::string_view(answer).substr(0, answer.find('\n')), kLocalJson);
}

}  // namespace masthead::console::server
