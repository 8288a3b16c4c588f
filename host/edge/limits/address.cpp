#include "host/edge/limits/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace masthead::edge::limits {

namespace {

bool isMapped(const in6_addr& address) {
    static constexpr unsigned char kPrefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::memcmp(address.s6_addr, kPrefix, sizeof kPrefix) == 0;
}

std::string v4Text(const void* bytes) {
    char text[INET_ADDRSTRLEN] = {};
    return ::inet_ntop(AF_INET, bytes, text, sizeof text) ? text : "";
}

in6_addr v6Of(const sockaddr_storage& address) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return v6.sin6_addr;
}

in_addr v4Of(const sockaddr_storage& address) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return v4.sin_addr;
}

std::string v6Text(const in6_addr& address) {
    char text[INET6_ADDRSTRLEN] = {};
    return ::inet_ntop(AF_INET6, &address, text, sizeof text) ? text : "";
}

}  // namespace

std::string addressText(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET) {
        const auto v4 = v4Of(address);
        return v4Text(&v4);
    }
    if (address.ss_family != AF_INET6) return {};
    const auto v6 = v6Of(address);
    return isMapped(v6) ? v4Text(v6.s6_addr + 12) : v6Text(v6);
}

std::string countingKey(const sockaddr_storage& address) {
    if (address.ss_family != AF_INET6) return addressText(address);
    auto v6 = v6Of(address);
    if (isMapped(v6)) return addressText(address);
    std::memset(v6.s6_addr + 8, 0, 8);
    return v6Text(v6) + "/64";
}

}  // namespace masthead::edge::limits
