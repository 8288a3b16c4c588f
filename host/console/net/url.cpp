#include "host/console/net/url.hpp"

#include <arpa/inet.h>

#include <algorithm>

#include "host/base/text.hpp"

namespace masthead::console::net {
namespace {

bool isAddress6(std::string_view host) {
    in6_addr ignored{};
    return inet_pton(AF_INET6, std::string(host).c_str(), &ignored) == 1;
}

bool isAddress4(std::string_view host) {
    in_addr ignored{};
    return inet_pton(AF_INET, std::string(host).c_str(), &ignored) == 1;
}

Error bad(const std::string& why) { return Error{Code::InvalidArgument, "is no address to send to: " + why}; }

}  // namespace

bool validHost(std::string_view host) {
    if (host.empty() || host.size() > 253) return false;
    if (isAddress6(host)) return true;
    const auto labels = split(host, '.');
    const bool fits = std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
        return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
               std::all_of(label.begin(), label.end(), [](char c) {
                   const char lower = lowerAscii(c);
                   return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
               });
    });
    // What ends in a number is an address or a trick with one (0x7f.1, 2130706433): only the plain form counts.
    const std::string_view last = labels.back();
    const bool numeric = !last.empty() && last.front() >= '0' && last.front() <= '9';
    return fits && (!numeric || isAddress4(host));
}

Result<Url> parseUrl(std::string_view text) {
    if (text.size() > 2000) return bad("longer than 2000 bytes");
    const bool plain = std::all_of(text.begin(), text.end(),
                                   [](char c) { return c > 0x20 && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>'; });
    if (!plain) return bad("spaces, control or non-ASCII characters");
    Url url;
    const std::string lowered = lowerAscii(text.substr(0, 8));
    if (lowered == "https://") {
        text.remove_prefix(8);
    } else if (lowered.substr(0, 7) == "http://") {
        url.tls = false;
        url.port = 80;
        text.remove_prefix(7);
    } else {
        return bad("expected https://");
    }
    if (text.find('#') != std::string_view::npos) return bad("a part behind # is never sent");
    const auto end = text.find_first_of("/?");
    std::string_view place = text.substr(0, end);
    if (end != std::string_view::npos) url.target = (text[end] == '?' ? "/" : "") + std::string(text.substr(end));
    if (place.find('@') != std::string_view::npos) return bad("a user name or password does not belong there");
    std::string_view port;
    if (!place.empty() && place.front() == '[') {
        const auto close = place.find(']');
        if (close == std::string_view::npos) return bad("a bracket is missing");
        url.host = lowerAscii(place.substr(1, close - 1));
        port = place.substr(close + 1);
        if (!isAddress6(url.host)) return bad("the host in brackets is no IPv6 address");
    } else {
        const auto colon = place.find(':');
        url.host = lowerAscii(place.substr(0, colon));
        if (colon != std::string_view::npos) port = place.substr(colon);
        if (url.host.find(':') != std::string::npos || !validHost(url.host))
            return bad("the host is neither a name nor an address");
    }
    if (!port.empty()) {
        const auto number = port.front() == ':' ? parseUnsigned<std::uint16_t>(port.substr(1)) : std::nullopt;
        if (!number || *number == 0) return bad("the port is no number from 1 to 65535");
        url.port = *number;
    }
    return url;
}

std::string authority(const Url& url) {
    const std::string host = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
    return url.port == (url.tls ? 443 : 80) ? host : host + ":" + std::to_string(url.port);
}

}  // namespace masthead::console::net
