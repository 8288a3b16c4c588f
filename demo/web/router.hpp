// What happens to an HTTP request before and after its route: faults, security headers, the access log.
// Handlers are pure functions of the request and the server's state; the wrappers are thread-safe.
#pragma once

#include <string>

#include "demo/api.hpp"
#include "demo/faults.hpp"
#include "demo/http_server.hpp"

namespace masthead::demo {

struct WebState {
    Api& api;
    Faults& faults;
    std::string control_key;
    std::string server_url;
    std::string server_host;
    bool derp = false;
    std::string derp_key;
};

/// The listener clients reach (`listen_addr`).
HttpHandler publicHandler(WebState& state);
/// 0.30's REST API on the unix socket, without a key.
HttpHandler socketHandler(WebState& state);
/// `metrics_listen_addr`: /metrics, /debug/…, and the stand-in's own /debug/demo/….
HttpHandler debugHandler(WebState& state);

HttpResponse plainText(int status, const std::string& text);
HttpResponse notFound();
HttpResponse notAllowed(const std::string& allowed);
HttpResponse jsonResponse(int status, const Json& body, const std::string& type = "application/json");

/// Splits a path like /api/v1/node/7/tags by a template like /api/v1/node/{nodeId}/tags; decoded segments by name.
std::optional<std::vector<std::pair<std::string, std::string>>> matchPath(std::string_view pattern, std::string_view path, bool empty_segments);

HttpResponse publicRoute(WebState& state, const HttpRequest& request);
HttpResponse restRoute(WebState& state, const HttpRequest& request);
HttpResponse debugRoute(WebState& state, const HttpRequest& request);

}  // namespace masthead::demo
