// IP addresses and prefixes with Go's netip rules and error texts: what headscale prints when a route is malformed.
// Pure functions and value types.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::demo {

struct Address {
    bool v6 = false;
    std::array<std::uint8_t, 16> bytes{};  // IPv4 in the first four

    std::string text() const;
    auto operator<=>(const Address&) const = default;
};

struct Prefix {
    Address address;
    int bits = 0;

    std::string text() const { return address.text() + "/" + std::to_string(bits); }
    bool contains(const Address& other) const;
    bool overlaps(const Prefix& other) const;
    /// 0.0.0.0/0 or ::/0.
    bool isExit() const { return bits == 0; }
    auto operator<=>(const Prefix&) const = default;
};

std::optional<Address> parseAddress(std::string_view text);
/// The error's message is Go's: `netip.ParsePrefix("x"): no '/'`.
Result<Prefix> parsePrefix(std::string_view text);
/// The n-th address after the network address.
Address nthAddress(const Prefix& prefix, std::uint64_t n);

}  // namespace masthead::demo
