#include "demo/prefix.hpp"

#include <arpa/inet.h>

#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

bool sameBits(const Address& left, const Address& right, int bits) {
    for (int i = 0; i < bits; ++i) {
        const auto at = static_cast<std::size_t>(i / 8);
        if (((left.bytes[at] ^ right.bytes[at]) >> (7 - i % 8)) & 1) return false;
    }
    return true;
}

Error prefixError(std::string_view text, const std::string& why) {
    return {Code::InvalidArgument, "netip.ParsePrefix(\"" + std::string(text) + "\"): " + why};
}

std::string addressReason(std::string_view text) {
    const bool digits_and_dots = text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (digits_and_dots && text.find('.') != std::string_view::npos) {
        const auto parts = split(text, '.');
        if (parts.size() > 4) return "IPv4 address too long";
        for (const auto part : parts) {
            if (part.empty()) return "IPv4 field must have at least one digit";
            if (part.size() > 1 && part[0] == '0') return "IPv4 field has octet with leading zero";
            if (part.size() > 3 || parseUnsigned<unsigned>(part).value_or(0) > 255) return "IPv4 field has value >255";
        }
        if (parts.size() < 4) return "IPv4 address too short";
    }
    if (text.find_first_of(".:") != std::string_view::npos) return "unexpected character";
    return "unable to parse IP";
}

}  // namespace

std::string Address::text() const {
    char buffer[INET6_ADDRSTRLEN];
    ::inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), buffer, sizeof buffer);
    return buffer;
}

bool Prefix::contains(const Address& other) const { return address.v6 == other.v6 && sameBits(address, other, bits); }

bool Prefix::overlaps(const Prefix& other) const {
    return address.v6 == other.address.v6 && sameBits(address, other.address, bits < other.bits ? bits : other.bits);
}

std::optional<Address> parseAddress(std::string_view text) {
    const std::string copy(text);
    Address out;
    if (::inet_pton(AF_INET, copy.c_str(), out.bytes.data()) == 1) return out;
    out.v6 = true;
    if (::inet_pton(AF_INET6, copy.c_str(), out.bytes.data()) == 1) return out;
    return std::nullopt;
}

Result<Prefix> parsePrefix(std::string_view text) {
    const auto slash = text.rfind('/');
    if (slash == std::string_view::npos) return prefixError(text, "no '/'");
    const auto address = parseAddress(text.substr(0, slash));
    const std::string head(text.substr(0, slash));
    if (!address) return prefixError(text, "ParseAddr(\"" + head + "\"): " + addressReason(head));
    const auto length = text.substr(slash + 1);
    const auto bits = parseUnsigned<int>(length);
    if (!bits || (length.size() > 1 && length[0] == '0')) {
        return prefixError(text, "bad bits after slash: \"" + std::string(length) + "\"");
    }
    if (*bits > (address->v6 ? 128 : 32)) return prefixError(text, "prefix length out of range");
    return Prefix{*address, *bits};
}

Address nthAddress(const Prefix& prefix, std::uint64_t n) {
    Address out = prefix.address;
    int at = out.v6 ? 15 : 3;
    for (std::uint64_t carry = n; carry != 0 && at >= 0; --at) {
        carry += out.bytes[static_cast<std::size_t>(at)];
        out.bytes[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(carry & 0xff);
        carry >>= 8;
    }
    return out;
}

}  // namespace masthead::demo
