#include "demo/web/router.hpp"

#include <chrono>

#include "demo/logger.hpp"
#include "demo/web/rest.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

void secure(HttpResponse& response, const char* policy = "frame-ancestors 'none'") {
    // The DERP server takes the connection over before headscale's headers are written.
    if (response.tunnel && !response.headers.empty() && response.headers[0].second == "DERP") return;
    response.headers.emplace_back("Content-Security-Policy", policy);
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("X-Frame-Options", "DENY");
}

template <typename Route>
HttpResponse guarded(WebState& state, const HttpRequest& request, Route route) {
    if (const auto fault = state.faults.pass("", request.method + " " + request.path)) {
        return plainText(fault->httpStatus(), fault->message + "\n");
    }
    return route(state, request);
}

}  // namespace

HttpResponse plainText(int status, const std::string& text) { return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, text}; }
HttpResponse notFound() { return plainText(404, "404 page not found\n"); }
HttpResponse notAllowed(const std::string& allowed) { return {405, {{"Allow", allowed}}, ""}; }

HttpResponse jsonResponse(int status, const Json& body, const std::string& type) {
    return {status, {{"Content-Type", type}}, body.dump() + "\n"};
}

std::optional<std::vector<std::pair<std::string, std::string>>> matchPath(std::string_view pattern, std::string_view path, bool empty_segments) {
    const auto wanted = split(pattern, '/');
    const auto got = split(path, '/');
    if (wanted.size() != got.size()) return std::nullopt;
    std::vector<std::pair<std::string, std::string>> out;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (wanted[i].empty() || wanted[i].front() != '{') {
            if (wanted[i] != got[i]) return std::nullopt;
            continue;
        }
        if (got[i].empty() && !empty_segments) return std::nullopt;
        out.emplace_back(wanted[i].substr(1, wanted[i].size() - 2), percentDecoded(got[i]));
    }
    return out;
}

HttpHandler publicHandler(WebState& state) {
    return [&state](const HttpRequest& request) {
        const auto start = std::chrono::steady_clock::now();
        HttpResponse response = guarded(state, request, publicRoute);
        secure(response);
        const std::chrono::duration<double, std::milli> elapsed = std::chrono::steady_clock::now() - start;
        logger::info("http request", {{"method", request.method}, {"path", request.path}, {"proto", "HTTP/1.1"}, {"remote", request.remote},
                                      {"status", response.status}, {"bytes", response.body.size()}, {"elapsed", elapsed.count()}});
        return response;
    };
}

HttpHandler socketHandler(WebState& state) {
    return [&state](const HttpRequest& request) { return guarded(state, request, restRoute); };
}

HttpHandler debugHandler(WebState& state) {
    return [&state](const HttpRequest& request) {
        HttpResponse response = guarded(state, request, debugRoute);
        secure(response);
        return response;
    };
}

}  // namespace masthead::demo
