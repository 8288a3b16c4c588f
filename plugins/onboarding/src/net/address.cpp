#include "net/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace onboarding {
namespace {

using Bytes = std::array<std::uint8_t, 16>;

std::optional<Bytes> bytesOf(const std::string& text, bool& v4) {
    Bytes out{};
    v4 = inet_pton(AF_INET, text.c_str(), out.data() + 12) == 1;
    if (v4) {
        out[10] = out[11] = 0xff;
        return out;
    }
    if (inet_pton(AF_INET6, text.c_str(), out.data()) == 1) return out;
    return std::nullopt;
}

bool mappedV4(const Bytes& bytes) {
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; }) && bytes[10] == 0xff && bytes[11] == 0xff;
}

}  // namespace

std::optional<Network> Network::parse(std::string_view text) {
    if (text.size() > 64) return std::nullopt;
    const auto slash = text.find('/');
    bool v4 = false;
    const auto bytes = bytesOf(std::string(text.substr(0, slash)), v4);
    if (!bytes) return std::nullopt;
    Network out{*bytes, 128};
    if (slash == std::string_view::npos) return out;
    const auto length = text.substr(slash + 1);
    int bits = -1;
    const auto [end, code] = std::from_chars(length.data(), length.data() + length.size(), bits);
    if (code != std::errc() || end != length.data() + length.size() || bits < 0 || bits > (v4 ? 32 : 128)) return std::nullopt;
    out.bits = v4 ? bits + 96 : bits;
    return out;
}

bool Network::contains(std::string_view address) const {
    bool v4 = false;
    const auto other = bytesOf(std::string(address.substr(0, 64)), v4);
    if (!other) return false;
    for (int bit = 0; bit < bits; ++bit) {
        const auto at = static_cast<std::size_t>(bit / 8);
        if (((bytes[at] ^ (*other)[at]) >> (7 - bit % 8) & 1) != 0) return false;
    }
    return true;
}

std::string limitGroup(std::string_view address) {
    bool v4 = false;
    auto bytes = bytesOf(std::string(address.substr(0, 64)), v4);
    if (!bytes || mappedV4(*bytes)) return std::string(address.substr(0, 64));
    std::fill(bytes->begin() + 8, bytes->end(), std::uint8_t{0});
    char text[INET6_ADDRSTRLEN];
    inet_ntop(AF_INET6, bytes->data(), text, sizeof text);
    return std::string(text) + "/64";
}

}  // namespace onboarding
