#include "host/console/auth/tokens_networks.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>

#include "host/base/text.hpp"

namespace masthead::console::auth {
namespace {

struct Network {
    std::string address;  // 4 or 16 bytes
    unsigned bits = 0;
};

std::optional<std::string> addressBytes(const std::string& text) {
    in6_addr v6{};
    if (::inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
        const auto* bytes = reinterpret_cast<const char*>(v6.s6_addr);
        return IN6_IS_ADDR_V4MAPPED(&v6) ? std::string(bytes + 12, 4) : std::string(bytes, 16);
    }
    in_addr v4{};
    if (::inet_pton(AF_INET, text.c_str(), &v4) != 1) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(&v4), 4);
}

bool bitOf(const std::string& bytes, unsigned at) { return ((static_cast<unsigned char>(bytes[at / 8]) >> (7 - at % 8)) & 1) != 0; }

std::optional<Network> networkOf(std::string_view text) {
    if (text.size() > 64) return std::nullopt;
    const auto slash = text.find('/');
    auto address = addressBytes(std::string(text.substr(0, slash)));
    if (!address) return std::nullopt;
    const unsigned most = static_cast<unsigned>(address->size()) * 8;
    unsigned bits = most;
    if (slash != std::string_view::npos) {
        const auto given = parseUnsigned<unsigned>(text.substr(slash + 1));
        if (!given || *given > most) return std::nullopt;
        bits = *given;
    }
    for (unsigned i = bits; i < most; ++i) {
        if (bitOf(*address, i)) return std::nullopt;
    }
    return Network{std::move(*address), bits};
}

}  // namespace

std::optional<std::string> canonicalNetwork(std::string_view text) {
    const auto network = networkOf(text);
    if (!network) return std::nullopt;
    char out[INET6_ADDRSTRLEN] = {};
    if (::inet_ntop(network->address.size() == 4 ? AF_INET : AF_INET6, network->address.data(), out, sizeof out) == nullptr) return std::nullopt;
    return std::string(out) + "/" + std::to_string(network->bits);
}

bool inNetworks(const std::string& client, const std::vector<std::string>& networks) {
    const auto address = addressBytes(client);
    if (!address) return false;
    return std::any_of(networks.begin(), networks.end(), [&](const std::string& text) {
        const auto network = networkOf(text);
        if (!network || network->address.size() != address->size()) return false;
        for (unsigned i = 0; i < network->bits; ++i) {
            if (bitOf(*address, i) != bitOf(network->address, i)) return false;
        }
        return true;
    });
}

}  // namespace masthead::console::auth
