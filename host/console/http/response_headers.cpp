#include "host/console/http/response_headers.hpp"

#include <algorithm>

#include "host/base/text.hpp"

namespace masthead::console {
namespace {

bool sendable(const std::pair<std::string, std::string>& header) {
    static constexpr std::string_view kTransport[] = {"connection", "transfer-encoding", "content-length", "keep-alive",
                                                      "upgrade",    "trailer",           "server",         "x-powered-by"};
    for (const auto name : kTransport) {
        if (equalsIgnoreCase(header.first, name)) return false;
    }
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    return !header.first.empty() && std::none_of(header.first.begin(), header.first.end(), [](char c) { return c <= ' ' || c == ':' || c == 0x7f; }) &&
           std::none_of(header.second.begin(), header.second.end(), control);
}

void addMissing(Response& response, const char* name, std::string value) {
    for (const auto& header : response.headers) {
        if (equalsIgnoreCase(header.first, name)) return;
    }
    response.headers.emplace_back(name, std::move(value));
}

}  // namespace

const char* const kContentSecurityPolicy =
    "script-src 'self'; style-src 'self'; worker-src 'self'; img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; "
    "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types masthead svelte-trusted-html 'allow-duplicates'; "
    "report-uri /admin/api/v1/csp-report";

void finishHeaders(Response& response, std::string_view request_id) {
    std::erase_if(response.headers, [](const auto& header) { return !sendable(header); });
    addMissing(response, "Cache-Control", "no-store");
    addMissing(response, "Content-Security-Policy", kContentSecurityPolicy);
    addMissing(response, "Strict-Transport-Security", "max-age=63072000; includeSubDomains");
    addMissing(response, "X-Content-Type-Options", "nosniff");
    addMissing(response, "Referrer-Policy", "no-referrer");
    addMissing(response, "Cross-Origin-Opener-Policy", "same-origin");
    addMissing(response, "Cross-Origin-Resource-Policy", "same-origin");
    addMissing(response, "Cross-Origin-Embedder-Policy", "require-corp");
    addMissing(response, "Permissions-Policy",
               "accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self), "
               "publickey-credentials-create=(self)");
    addMissing(response, "X-Frame-Options", "DENY");
    addMissing(response, "Origin-Agent-Cluster", "?1");
    if (!request_id.empty()) addMissing(response, "X-Request-Id", std::string(request_id));
}

}  // namespace masthead::console
