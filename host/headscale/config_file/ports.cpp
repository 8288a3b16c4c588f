#include "host/headscale/config_file/ports.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "host/base/random.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::headscale::config_file {
namespace {

constexpr unsigned kFirst = 20000;
constexpr unsigned kCount = 12000;
constexpr int kAttempts = 200;

bool canBind(int type, const std::string& address, std::uint16_t port) {
    sockaddr_storage storage{};
    socklen_t length = 0;
    int family = AF_INET;
    auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
    auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (::inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
        length = sizeof *v4;
    } else if (::inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr) == 1) {
        family = AF_INET6;
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
        length = sizeof *v6;
    } else {
        return false;
    }
    UniqueFd fd(::socket(family, type | SOCK_CLOEXEC, 0));
    if (!fd) return false;
    const int on = 1;
    // As Go's net package binds: a port in TIME_WAIT counts as free.
    if (type == SOCK_STREAM) ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length) != 0) return false;
    return type != SOCK_STREAM || ::listen(fd.get(), 1) == 0;
}

std::uint16_t randomPort() {
    const std::string bytes = randomBytes(2);
    const unsigned number = static_cast<unsigned char>(bytes[0]) * 256U + static_cast<unsigned char>(bytes[1]);
    return static_cast<std::uint16_t>(kFirst + number % kCount);
}

}  // namespace

bool tcpPortFree(const std::string& address, std::uint16_t port) { return canBind(SOCK_STREAM, address, port); }
bool udpPortFree(const std::string& address, std::uint16_t port) { return canBind(SOCK_DGRAM, address, port); }

std::uint16_t freeTcpPort(std::uint16_t not_this) {
    for (int i = 0; i < kAttempts; ++i) {
        const std::uint16_t port = randomPort();
        if (port != not_this && tcpPortFree("127.0.0.1", port)) return port;
    }
    return 0;
}

std::uint16_t freeUdpPort(const std::string& address) {
    for (int i = 0; i < kAttempts; ++i) {
        const std::uint16_t port = randomPort();
        if (udpPortFree(address, port)) return port;
    }
    return 0;
}

bool socketAnswers(const std::string& path) {
    sockaddr_un address{};
    if (path.size() >= sizeof address.sun_path) return false;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return fd && ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace masthead::headscale::config_file
