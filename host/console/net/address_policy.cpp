#include "host/console/net/address_policy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "host/base/text.hpp"

namespace masthead::console::net {
namespace {

struct Block4 {
    std::uint32_t network;
    int bits;
    AddressClass kind;
};

constexpr std::uint32_t v4(unsigned a, unsigned b, unsigned c, unsigned d) { return (a << 24) | (b << 16) | (c << 8) | d; }

/// First that fits wins.
constexpr Block4 kBlocks4[] = {
    {v4(0, 0, 0, 0), 8, AddressClass::Forbidden},          {v4(169, 254, 0, 0), 16, AddressClass::Forbidden},
    {v4(100, 100, 100, 200), 32, AddressClass::Forbidden},  // metadata of one cloud, inside the shared range
    {v4(192, 0, 0, 192), 32, AddressClass::Forbidden},      // and of another
    {v4(127, 0, 0, 0), 8, AddressClass::Private},          {v4(10, 0, 0, 0), 8, AddressClass::Private},
    {v4(172, 16, 0, 0), 12, AddressClass::Private},        {v4(192, 168, 0, 0), 16, AddressClass::Private},
    {v4(100, 64, 0, 0), 10, AddressClass::Private},        {v4(192, 0, 0, 0), 24, AddressClass::Forbidden},
    {v4(198, 18, 0, 0), 15, AddressClass::Private},        {v4(224, 0, 0, 0), 3, AddressClass::Forbidden},
};

AddressClass classify4(std::uint32_t address) {
    for (const auto& block : kBlocks4) {
        const std::uint32_t mask = block.bits == 0 ? 0 : ~std::uint32_t{0} << (32 - block.bits);
        if ((address & mask) == block.network) return block.kind;
    }
    return AddressClass::Public;
}

AddressClass classify6(const std::uint8_t (&b)[16]) {
    const auto starts = [&](std::initializer_list<std::uint8_t> prefix) {
        return std::memcmp(b, prefix.begin(), prefix.size()) == 0;
    };
    const std::uint32_t last = v4(b[12], b[13], b[14], b[15]);
    const bool mapped = starts({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff});
    if (mapped) return classify4(last);
    if (starts({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}))
        return last == 1 ? AddressClass::Private : AddressClass::Forbidden;                        // ::1, :: and IPv4-compatible
    if (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) return AddressClass::Forbidden;                     // link-local
    if (b[0] == 0xfe && (b[1] & 0xc0) == 0xc0) return AddressClass::Forbidden;                     // site-local, long gone
    if (b[0] == 0xff) return AddressClass::Forbidden;                                              // multicast
    if (starts({0xfd, 0x00, 0x0e, 0xc2})) return AddressClass::Forbidden;                          // metadata of one cloud
    if (starts({0xfd, 0x20, 0x00, 0xce})) return AddressClass::Forbidden;                          // and of another
    if ((b[0] & 0xfe) == 0xfc) return AddressClass::Private;                                       // unique local
    if (starts({0x00, 0x64, 0xff, 0x9b})) return AddressClass::Forbidden;                          // NAT64
    if (starts({0x20, 0x02}) || starts({0x20, 0x01, 0x00, 0x00})) return AddressClass::Forbidden;  // 6to4, Teredo
    return AddressClass::Public;
}

bool literal(std::string_view host, sockaddr_storage& out) {
    const std::string text(host);
    std::memset(&out, 0, sizeof out);
    auto* four = reinterpret_cast<sockaddr_in*>(&out);
    if (inet_pton(AF_INET, text.c_str(), &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        return true;
    }
    auto* six = reinterpret_cast<sockaddr_in6*>(&out);
    if (inet_pton(AF_INET6, text.c_str(), &six->sin6_addr) != 1) return false;
    six->sin6_family = AF_INET6;
    return true;
}

}  // namespace

AddressClass classify(const sockaddr& address) {
    if (address.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        return classify4(ntohl(four.sin_addr.s_addr));
    }
    if (address.sa_family != AF_INET6) return AddressClass::Forbidden;
    sockaddr_in6 six{};
    std::memcpy(&six, &address, sizeof six);
    std::uint8_t bytes[16];
    std::memcpy(bytes, &six.sin6_addr, sizeof bytes);
    return classify6(bytes);
}

bool typedPrivate(std::string_view host) {
    sockaddr_storage address{};
    if (literal(host, address)) return classify(reinterpret_cast<const sockaddr&>(address)) == AddressClass::Private;
    const std::string name = lowerAscii(host);
    if (name.find('.') == std::string::npos) return name.find(':') == std::string::npos;
    static constexpr std::array<std::string_view, 9> kSuffixes{".localhost", ".local",   ".lan",  ".internal", ".intranet",
                                                               ".home.arpa", ".private", ".corp", ".home"};
    for (const auto suffix : kSuffixes) {
        if (name.size() > suffix.size() && name.compare(name.size() - suffix.size(), suffix.size(), suffix) == 0) return true;
    }
    return false;
}

Status checkAddress(const sockaddr& address, std::string_view host, bool private_allowed) {
    const std::string what = std::string(host) + " is at " + addressText(address);
    switch (classify(address)) {
        case AddressClass::Public: return {};
        case AddressClass::Private:
            if (private_allowed) return {};
            return Error{Code::PermissionDenied, what +
                                                     ", a private address, which its name does not tell; allow private addresses "
                                                     "for it if that is meant"};
        case AddressClass::Forbidden: break;
    }
    return Error{Code::PermissionDenied, what + ", an address to which nothing is ever sent (link-local, metadata or special)"};
}

std::string addressText(const sockaddr& address) {
    char text[INET6_ADDRSTRLEN] = "";
    if (address.sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, &address, sizeof four);
        inet_ntop(AF_INET, &four.sin_addr, text, sizeof text);
    } else if (address.sa_family == AF_INET6) {
        sockaddr_in6 six{};
        std::memcpy(&six, &address, sizeof six);
        inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof text);
    }
    return text[0] == '\0' ? "an unknown address" : text;
}

}  // namespace masthead::console::net
