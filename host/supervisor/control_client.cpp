#include "host/supervisor/control_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "host/base/clock.hpp"
#include "host/base/file.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::supervisor {
namespace {

constexpr std::size_t kMaxAnswer = std::size_t{64} << 20;

Result<UniqueFd> connectTo(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return Error{Code::InvalidArgument, path + ": too long for a unix socket"};
    std::memcpy(address.sun_path, path.data(), path.size());
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd) return systemError("opening a socket", errno);
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
    if (errno == ENOENT || errno == ECONNREFUSED) {
        return Error{Code::Unavailable,
                     "no Masthead is running here (nobody answers on " + path + "); start it with: masthead serve"};
    }
    if (errno == EACCES)
        return Error{Code::PermissionDenied,
                     "connecting to " + path + ": permission denied; ask as the user Masthead runs as, or as root"};
    return systemError("connecting to " + path, errno);
}

}  // namespace

Result<Json> controlRequest(const std::string& socket_path, const Json& request, std::int64_t timeout_ms) {
    auto fd = connectTo(socket_path);
    if (!fd) return std::move(fd).error();
    const SystemClock clock;
    const std::int64_t end = clock.steadyMs() + timeout_ms;
    const std::string line = request.dump() + "\n";
    if (::send(fd->get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size())) {
        return systemError("asking the supervisor on " + socket_path, errno);
    }
    std::string answer;
    while (answer.empty() || answer.back() != '\n') {
        struct pollfd waiting {
            fd->get(), POLLIN, 0
        };
        const std::int64_t left = end - clock.steadyMs();
        if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) == 0) {
            return Error{Code::Deadline, "the supervisor did not answer within " + std::to_string(timeout_ms) + " ms"};
        }
        char buffer[65536];
        const ssize_t got = ::recv(fd->get(), buffer, sizeof buffer, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0)
            return Error{Code::FailedPrecondition,
                         "the supervisor closed the connection without an answer; ask as the user it runs as, or as root"};
        answer.append(buffer, static_cast<std::size_t>(got));
        if (answer.size() > kMaxAnswer) return Error{Code::ResourceExhausted, "the supervisor's answer is too long"};
    }
    auto parsed = parseJson(answer, kLocalJson);
    if (!parsed) return std::move(parsed).error().within("answer of the supervisor");
    if (!(*parsed)["ok"].asBool()) return Error{Code::FailedPrecondition, parsed->text("error")};
    return parsed;
}

}  // namespace masthead::supervisor
