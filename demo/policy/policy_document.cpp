#include "demo/policy/policy_document.hpp"

#include "demo/dns_label.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

Error problem(std::string text) { return {Code::InvalidArgument, std::move(text)}; }

Result<Ports> parseOnePort(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) {
        const auto port = parseUnsigned<unsigned long>(text);
        if (!port) return problem("invalid first integer");
        if (*port == 0) return problem("first port must be >0, or use '*' for wildcard");
        if (*port > 65535) return problem("port number out of range");
        return Ports{static_cast<unsigned>(*port), static_cast<unsigned>(*port)};
    }
    const auto first = text.substr(0, dash);
    const auto last = text.substr(dash + 1);
    if (first.empty() || last.empty()) return problem("invalid port range format");
    const auto from = parseUnsigned<unsigned long>(first);
    const auto to = parseUnsigned<unsigned long>(last);
    if (!from || !to) return problem("invalid first integer");
    if (*from > 65535 || *to > 65535) return problem("port number out of range");
    if (*from > *to) return problem("invalid port range: first port is greater than last port");
    return Ports{static_cast<unsigned>(*from), static_cast<unsigned>(*to)};
}

}  // namespace

Result<Prefix> parseHost(std::string_view text) {
    if (const auto address = parseAddress(text)) return Prefix{*address, address->v6 ? 128 : 32};
    return parsePrefix(text);
}

Result<std::vector<Ports>> parsePorts(std::string_view text) {
    if (text == "*") return std::vector<Ports>{Ports{}};
    std::vector<Ports> out;
    for (const auto part : split(text, ',')) {
        auto ports = parseOnePort(part);
        if (!ports) return problem("port range " + goQuote(part) + ": " + ports.error().message);
        out.push_back(*ports);
    }
    return out;
}

Result<std::pair<std::string, std::vector<Ports>>> parseDestination(const std::string& text) {
    const auto colon = text.rfind(':');
    if (colon == std::string::npos) return problem("hostport must contain a colon");
    auto ports = parsePorts(std::string_view(text).substr(colon + 1));
    if (!ports) return problem("dst=" + goQuote(text) + ": " + ports.error().message);
    std::string alias = text.substr(0, colon);
    if (!alias.empty() && alias.front() == '[') {
        const auto close = alias.find(']');
        if (close == std::string::npos || alias.find(':') == std::string::npos) {
            return problem("square brackets are only valid around IPv6 addresses: " + goQuote(text));
        }
        alias = alias.substr(1, close - 1) + alias.substr(close + 1);
    }
    return std::make_pair(std::move(alias), *std::move(ports));
}

Result<std::vector<int>> parseProtocol(const std::string& name) {
    static const std::map<std::string, int> kNames = {
        {"icmp", 1}, {"igmp", 2}, {"ipv4", 4}, {"ip-in-ip", 4}, {"tcp", 6}, {"egp", 8}, {"igp", 9}, {"udp", 17},
        {"gre", 47}, {"esp", 50}, {"ah", 51}, {"ipv6-icmp", 58}, {"sctp", 132}, {"fc", 133}};
    if (name.empty()) return std::vector<int>{};
    if (const auto known = kNames.find(lowerAscii(name)); known != kNames.end()) return std::vector<int>{known->second};
    if (name.size() > 1 && name[0] == '0') return problem("leading 0 not permitted in protocol number: " + goQuote(name));
    const auto number = parseUnsigned<unsigned long>(name);
    if (!number) return problem("proto name " + goQuote(name) + " not known; use protocol number 0-255 or protocol name (RFC 4890)");
    if (*number == 0 || *number > 255) return problem("protocol number out of range (0-255): " + name);
    return std::vector<int>{static_cast<int>(*number)};
}

}  // namespace masthead::demo
