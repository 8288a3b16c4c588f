#include "host/edge/relay/response_headers.hpp"

#include <array>

#include "host/base/text.hpp"

namespace masthead::edge::relay {

namespace {

using http1::Fields;
using http1::ResponseHead;

constexpr std::string_view kChildPolicy =
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

template <std::size_t N>
bool isOneOf(std::string_view name, const std::array<std::string_view, N>& list) {
    for (const auto item : list) {
        if (equalsIgnoreCase(name, item)) return true;
    }
    return false;
}

/// Fields that describe the hop or that edge writes itself.
bool belongsToHop(std::string_view name, const ResponseHead& head) {
    static constexpr std::array<std::string_view, 13> kHop = {
        "connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "content-length", "server", "x-powered-by", "alt-svc"};
    return isOneOf(name, kHop) || head.fields.hasToken("connection", name);
}

bool ownedByEdge(std::string_view name) {
    static constexpr std::array<std::string_view, 9> kOwned = {
        "strict-transport-security", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy",
        "cross-origin-resource-policy", "cross-origin-embedder-policy", "permissions-policy", "x-frame-options", "origin-agent-cluster"};
    return isOneOf(name, kOwned);
}

std::string relativeTo(std::string_view location, std::string_view backend) {
    const auto prefix = "http://" + std::string(backend);
    if (!location.starts_with(prefix)) return std::string(location);
    const auto rest = location.substr(prefix.size());
    return rest.starts_with('/') && !rest.starts_with("//") ? std::string(rest) : "/";
}

}  // namespace

std::string safeCookie(std::string_view cookie) {
    const auto parts = split(cookie, ';');
    if (lowerAscii(trim(parts.front())).starts_with("__host-masthead")) return {};
    bool secure = false;
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const auto attribute = lowerAscii(trim(parts[i]));
        secure = secure || attribute == "secure";
        if (attribute.starts_with("path=/admin")) return {};
    }
    return std::string(cookie) + (secure ? "" : "; Secure");
}

void addPageHeaders(Fields& fields, std::string_view content_security_policy) {
    fields.add("Strict-Transport-Security", std::string(kStrictTransport));
    fields.add("Content-Security-Policy", std::string(content_security_policy));
    fields.add("X-Content-Type-Options", "nosniff");
    fields.add("Referrer-Policy", "no-referrer");
    fields.add("Cross-Origin-Opener-Policy", "same-origin");
    fields.add("Cross-Origin-Resource-Policy", "same-origin");
    fields.add("Cross-Origin-Embedder-Policy", "require-corp");
    fields.add("Permissions-Policy",
               "accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), "
               "publickey-credentials-create=(self)");
    fields.add("X-Frame-Options", "DENY");
    fields.add("Origin-Agent-Cluster", "?1");
}

Fields fieldsFromConsole(const ResponseHead& head) {
    Fields out;
    for (const auto& field : head.fields.all()) {
        if (!belongsToHop(field.name, head)) out.add(field.name, field.value);
    }
    return out;
}

Fields fieldsFromHeadscale(const ResponseHead& head, std::string_view path, std::string_view backend) {
    const bool cors = path.starts_with("/derp/");
    const bool html = lowerAscii(head.fields.get("content-type").value_or("")).starts_with("text/html");
    Fields out;
    for (const auto& field : head.fields.all()) {
        if (belongsToHop(field.name, head) || ownedByEdge(field.name)) continue;
        const auto name = lowerAscii(field.name);
        if (name == "content-security-policy" && html) continue;
        if (name.starts_with("access-control-") && !cors) continue;
        if (name == "set-cookie") {
            auto cookie = safeCookie(field.value);
            if (!cookie.empty()) out.add(field.name, std::move(cookie));
        } else if (name == "location") {
            out.add(field.name, relativeTo(field.value, backend));
        } else {
            out.add(field.name, field.value);
        }
    }
    if (html) {
        addPageHeaders(out, kChildPolicy);
        if (out.count("cache-control") == 0) out.add("Cache-Control", "no-store");
    } else {
        out.add("Strict-Transport-Security", std::string(kStrictTransport));
        out.add("X-Content-Type-Options", "nosniff");
    }
    return out;
}

}  // namespace masthead::edge::relay
