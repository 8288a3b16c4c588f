// Addresses of strangers: whether they lie in a network, and as whom limits count them. Pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onboarding {

/// A network such as 192.0.2.0/24 or 2001:db8::/32; an address alone is a network of one. IPv4 as ::ffff:a.b.c.d.
struct Network {
    std::array<std::uint8_t, 16> bytes{};
    int bits = 128;
    static std::optional<Network> parse(std::string_view text);
    bool contains(std::string_view address) const;
};

/// The address for IPv4, its /64 for IPv6; the text itself when it is no address.
std::string limitGroup(std::string_view address);

}  // namespace onboarding
