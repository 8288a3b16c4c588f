#include "host/config/public_url.hpp"

#include "host/base/text.hpp"
#include "host/config/values.hpp"

namespace masthead::config {
namespace {

bool isHostName(std::string_view name) {
    if (name.empty() || name.size() > 253) return false;
    for (const auto label : split(name, '.')) {
        if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
        if (label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string_view::npos) return false;
    }
    return true;
}

}  // namespace

std::string PublicUrl::authority() const {
    const bool v6 = host.find(':') != std::string::npos;
    std::string out = v6 ? "[" + host + "]" : host;
    if (port != 443) out += ":" + std::to_string(port);
    return out;
}

Result<PublicUrl> parsePublicUrl(const std::string& text) {
    const auto wrong = [&](const std::string& why) {
        return Error{Code::InvalidArgument, "\"" + text + "\" " + why + "; expected https://<host name>[:port]"};
    };
    constexpr std::string_view kScheme = "https://";
    if (!equalsIgnoreCase(std::string_view(text).substr(0, kScheme.size()), kScheme))
        return wrong("does not start with https://");
    std::string_view rest = std::string_view(text).substr(kScheme.size());
    if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
    if (rest.find_first_of("/?#") != std::string_view::npos) return wrong("has a path, query or fragment");
    if (rest.find('@') != std::string_view::npos) return wrong("has a user part");

    PublicUrl out;
    std::string_view host = rest;
    std::string_view port;
    if (!rest.empty() && rest.front() == '[') {
        const auto close = rest.find(']');
        if (close == std::string_view::npos) return wrong("has an unclosed [");
        host = rest.substr(1, close - 1);
        port = rest.substr(close + 1);
        if (!isIpLiteral(std::string(host)) || host.find(':') == std::string_view::npos)
            return wrong("has no IPv6 address between [ and ]");
    } else {
        const auto colon = rest.find(':');
        host = rest.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view() : rest.substr(colon);
        if (!isHostName(lowerAscii(host))) return wrong("has no valid host name");
    }
    if (!port.empty()) {
        const auto number = port.front() == ':' ? parseUnsigned<std::uint16_t>(port.substr(1)) : std::nullopt;
        if (!number || *number == 0) return wrong("has a wrong port");
        out.port = *number;
    }
    out.host = lowerAscii(host);
    return out;
}

}  // namespace masthead::config
