// The listener that clients and browsers reach.
#include <openssl/sha.h>

#include "demo/logger.hpp"
#include "demo/options.hpp"
#include "demo/web/pages.hpp"
#include "demo/web/rest.hpp"
#include "host/base/encoding.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

const std::string kControlProtocol = "tailscale-control-protocol";
constexpr unsigned kOldestKeyVersion = 39;

HttpResponse health() { return jsonResponse(200, Json::object({{"status", "pass"}}), "application/health+json; charset=utf-8"); }

std::string queryValue(const HttpRequest& request, std::string_view name) {
    for (const auto& [key, value] : queryParts(request.query)) {
        if (key == name) return value;
    }
    return {};
}

HttpResponse key(const WebState& state, const HttpRequest& request) {
    const std::string text = queryValue(request, "v");
    if (text.empty()) return plainText(400, "capability version must be set\n");
    const auto version = parseUnsigned<unsigned>(text);
    if (!version) return plainText(400, "invalid capability version\n");
    if (*version < kOldestKeyVersion) return {};
    return jsonResponse(200, Json::object({{"legacyPublicKey", "mkey:" + std::string(64, '0')}, {"publicKey", state.control_key}}));
}

HttpResponse upgraded(const std::string& protocol, const std::string& connection) {
    return {101, {{"Upgrade", protocol}, {"Connection", connection}}, "", true};
}

// The handshake of the WebSocket is real; behind it the bytes are echoed as they come, frames included.
HttpResponse webSocket(const HttpRequest& request, const std::string& protocol) {
    const std::string accept = request.header("sec-websocket-key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(accept.data()), accept.size(), digest);
    HttpResponse response = upgraded("websocket", "Upgrade");
    response.headers.emplace_back("Sec-Websocket-Accept", base64Encode(std::string_view(reinterpret_cast<const char*>(digest), sizeof digest)));
    response.headers.emplace_back("Sec-Websocket-Protocol", protocol);
    return response;
}

HttpResponse control(const HttpRequest& request) {
    const std::string& upgrade = request.header("upgrade");
    if (upgrade.empty()) {
        logger::warn("no upgrade header in TS2021 request. If headscale is behind a reverse proxy, make sure it is configured to pass WebSockets through.");
        return plainText(500, "Internal error\n");
    }
    if (request.method == "GET" && equalsIgnoreCase(upgrade, "websocket")) return webSocket(request, kControlProtocol);
    if (!equalsIgnoreCase(upgrade, kControlProtocol)) return plainText(400, "unknown next protocol\ninternal server error\n");
    if (request.header("x-tailscale-handshake").empty()) return plainText(400, "missing Tailscale handshake header\ninternal server error\n");
    return upgraded(kControlProtocol, "upgrade");
}

HttpResponse derp(const WebState& state, const HttpRequest& request) {
    const std::string& upgrade = request.header("upgrade");
    if (equalsIgnoreCase(upgrade, "websocket")) return webSocket(request, "derp");
    if (!equalsIgnoreCase(upgrade, "derp")) return {426, {{"Content-Type", "text/plain"}}, "DERP requires connection upgrade"};
    HttpResponse response = upgraded("DERP", "Upgrade");
    response.headers.emplace_back("Derp-Version", "2");
    response.headers.emplace_back("Derp-Public-Key", state.derp_key);
    return response;
}

HttpResponse derpRoute(const WebState& state, const HttpRequest& request) {
    if (!state.derp) return notFound();
    if (request.path == "/derp") return derp(state, request);
    if (request.path == "/bootstrap-dns") {
        return jsonResponse(200, Json::object({{state.server_host, Json::array({Json("127.0.0.1")})}}));
    }
    if (request.method != "GET" && request.method != "HEAD") return plainText(405, "bogus probe method\n");
    return {200, {{"Access-Control-Allow-Origin", "*"}}, ""};
}

HttpResponse ping(const HttpRequest& request) {
    if (queryValue(request, "id").empty()) return plainText(400, "missing ping ID\n");
    return plainText(404, "unknown or expired ping\n");
}

HttpResponse verify(WebState& state, const HttpRequest& request) {
    auto body = parseJson(request.body, {8, 4096});
    if (!body || !body->isObject()) return plainText(400, "Bad Request: invalid JSON\n");
    const std::string& wanted = body->text("NodePublic");
    const std::lock_guard lock(state.api.tailnet().mutex());
    bool allow = false;
    for (const auto& [id, node] : state.api.tailnet().nodes()) allow = allow || node.node_key == wanted;
    return jsonResponse(200, Json::object({{"Allow", allow}}));
}

HttpResponse withAuthId(const HttpRequest& request, std::size_t head, HttpResponse (*page)(const std::string&)) {
    const std::string auth_id = percentDecoded(std::string_view(request.path).substr(head));
    if (auth_id.empty() || auth_id.find('/') != std::string::npos) return notFound();
    if (request.method != "GET") return notAllowed("GET");
    return authIdProblem(auth_id).empty() ? page(auth_id) : plainText(400, "invalid auth id\n");
}

bool bearerAccepted(WebState& state, const HttpRequest& request) {
    const std::string& header = request.header("authorization");
    return header.rfind("Bearer ", 0) == 0 && state.api.acceptsApiKey(header.substr(7));
}

HttpResponse apiRoute(WebState& state, const HttpRequest& request) {
    const bool rest = state.api.settings().dialect == Dialect::V030;
    const bool open = request.path.rfind("/api/v1/openapi", 0) == 0 || request.path == "/api/v1/docs";
    if (rest && (open || request.path.rfind("/api/v1/", 0) != 0)) return restRoute(state, request);
    if (!bearerAccepted(state, request)) {
        logger::error("missing \"Bearer \" prefix in \"Authorization\" header or unknown key", {{"client_address", request.remote}});
        if (!rest) return plainText(401, "Unauthorized");
        return jsonResponse(401, Json::object({{"title", "Unauthorized"}, {"status", 401}, {"detail", "Unauthorized"}}), "application/problem+json");
    }
    return rest ? restRoute(state, request) : gatewayRoute(state, request);
}

struct Page {
    const char* method;
    const char* path;
    HttpResponse (*answer)(WebState&, const HttpRequest&);
};

const Page kPages[] = {
    {"GET", "/", [](WebState&, const HttpRequest&) { return blankPage(); }},
    {"GET", "/health", [](WebState&, const HttpRequest&) { return health(); }},
    {"GET", "/version", [](WebState& state, const HttpRequest&) { return jsonResponse(200, versionForm(state.api.settings().dialect)); }},
    {"GET", "/key", [](WebState& state, const HttpRequest& request) { return key(state, request); }},
    {"POST", "/ts2021", [](WebState&, const HttpRequest& request) { return control(request); }},
    {"GET", "/ts2021", [](WebState&, const HttpRequest& request) { return control(request); }},
    {"HEAD", "/machine/ping-response", [](WebState&, const HttpRequest& request) { return ping(request); }},
    {"POST", "/verify", [](WebState& state, const HttpRequest& request) { return verify(state, request); }},
    {"GET", "/apple", [](WebState& state, const HttpRequest&) { return applePage(state.server_url); }},
    {"GET", "/windows", [](WebState& state, const HttpRequest&) { return windowsPage(state.server_url); }},
    {"GET", "/favicon.ico", [](WebState&, const HttpRequest&) { return favicon(); }},
    {"GET", "/robots.txt", [](WebState&, const HttpRequest&) { return HttpResponse{200, {{"Content-Type", "text/plain"}}, "User-agent: *\nDisallow: /"}; }},
};

}  // namespace

HttpResponse publicRoute(WebState& state, const HttpRequest& request) {
    const std::string& path = request.path;
    std::string allowed;
    for (const auto& page : kPages) {
        if (path != page.path) continue;
        if (request.method == page.method) return page.answer(state, request);
        allowed += (allowed.empty() ? "" : ", ") + std::string(page.method);
    }
    if (!allowed.empty()) return notAllowed(allowed);
    if (path == "/derp" || path == "/derp/probe" || path == "/derp/latency-check" || path == "/bootstrap-dns") return derpRoute(state, request);
    if (path.rfind("/register/", 0) == 0) return withAuthId(request, 10, registerPage);
    if (path.rfind("/auth/", 0) == 0) return withAuthId(request, 6, authPage);
    if (path.rfind("/apple/", 0) == 0) {
        return request.method == "GET" ? appleProfile(path.substr(7), state.server_url) : notAllowed("GET");
    }
    if (path.rfind("/api/", 0) == 0) return apiRoute(state, request);
    if (state.api.settings().dialect == Dialect::V029 && request.method == "GET") {
        if (path == "/swagger") return swaggerPage();
        if (path == "/swagger/v1/openapiv2.json") return apiDescription(path);
    }
    return notFound();
}

}  // namespace masthead::demo
