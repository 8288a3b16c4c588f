#include "host/edge/http1/target.hpp"

#include "host/base/text.hpp"
#include "host/edge/http1/bytes.hpp"

namespace masthead::edge::http1 {

namespace {

constexpr std::string_view kScheme = "https://";

Parsed<Target> parseOrigin(std::string_view text, const HeadLimits& limits) {
    Target out;
    const auto question = text.find('?');
    const auto path = text.substr(0, question);
    if (path.size() > limits.path) return Refusal{414, "path too long"};
    if (!wellFormedEscapes(path, isPathByte)) return Refusal{400, "byte not allowed in a path"};
    out.path = path;
    if (question == std::string_view::npos) return out;
    const auto query = text.substr(question + 1);
    if (query.size() > limits.query) return Refusal{414, "query too long"};
    if (!wellFormedEscapes(query, isQueryByte)) return Refusal{400, "byte not allowed in a query"};
    out.query = query;
    out.has_query = true;
    return out;
}

}  // namespace

bool isAuthority(std::string_view text) {
    std::string_view port;
    if (!text.empty() && text.front() == '[') {
        const auto close = text.find(']');
        if (close == std::string_view::npos || close < 3) return false;
        if (!allOf(text.substr(1, close - 1), [](char c) { return isHex(c) || c == ':' || c == '.'; })) return false;
        port = text.substr(close + 1);
    } else {
        const auto colon = text.find(':');
        const auto host = text.substr(0, colon);
        if (host.empty() || host.size() > 253) return false;
        if (!allOf(host, [](char c) { return isAlpha(c) || isDigit(c) || c == '-' || c == '.'; })) return false;
        port = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    }
    if (port.empty()) return true;
    return port.front() == ':' && parseUnsigned<std::uint16_t>(port.substr(1)).has_value();
}

Parsed<Target> parseTarget(std::string_view method, std::string_view target, const HeadLimits& limits) {
    if (target.empty()) return Refusal{400, "empty target"};
    if (method == "CONNECT") {
        return isAuthority(target) && target.find(':') != std::string_view::npos ? Refusal{405, "CONNECT"} : Refusal{400, "CONNECT without a port"};
    }
    if (target == "*") return Refusal{method == "OPTIONS" ? 405 : 400, "asterisk-form"};
    if (target.front() == '/') return parseOrigin(target, limits);
    if (target.size() <= kScheme.size() || !equalsIgnoreCase(target.substr(0, kScheme.size()), kScheme)) {
        return Refusal{400, "target is neither origin-form nor https absolute-form"};
    }
    const auto rest = target.substr(kScheme.size());
    const auto slash = rest.find_first_of("/?");
    const auto authority = rest.substr(0, slash);
    if (!isAuthority(authority)) return Refusal{400, "authority in the target"};
    if (slash == std::string_view::npos || rest[slash] != '/') return Refusal{400, "absolute-form without a path"};
    auto parsed = parseOrigin(rest.substr(slash), limits);
    if (parsed.ok()) parsed.head->authority = lowerAscii(authority);
    return parsed;
}

}  // namespace masthead::edge::http1
