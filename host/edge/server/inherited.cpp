#include "host/edge/server/inherited.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <cstdlib>

#include "host/base/text.hpp"

namespace masthead::edge::server {

namespace {

constexpr int kFirst = 3;

bool isListening(int fd) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &size) == 0 && value == 1;
}

}  // namespace

Result<std::vector<UniqueFd>> inheritedListeners() {
    const char* text = std::getenv("LISTEN_FDS");
    const auto count = text ? parseUnsigned<unsigned>(text) : std::nullopt;
    if (!count || *count == 0 || *count > 64) {
        return Error{Code::FailedPrecondition, "LISTEN_FDS names no listening socket: masthead-edge is started by masthead serve"};
    }
    std::vector<UniqueFd> out;
    for (int fd = kFirst; fd < kFirst + static_cast<int>(*count); ++fd) {
        if (!isListening(fd)) return Error{Code::FailedPrecondition, "descriptor " + std::to_string(fd) + " is not a listening socket"};
        ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
        out.emplace_back(fd);
    }
    return out;
}

}  // namespace masthead::edge::server
