#include "host/headscale/versions.hpp"

#include "host/base/text.hpp"

namespace masthead::headscale {

namespace {

constexpr std::int64_t kFormBody = 65536;
constexpr const char* kControlProtocol = "tailscale-control-protocol";

Json route(std::vector<std::string> methods, const char* path, const char* rate, bool query = false) {
    Json::Array list;
    for (std::string& method : methods) list.emplace_back(std::move(method));
    return Json::object({{"methods", Json(std::move(list))},
                         {"path", path},
                         {"target", "headscale"},
                         {"query", query},
                         {"body_limit", 0},
                         {"rate", rate}});
}

Json upgrade(const char* method, const char* path, std::vector<std::string> protocols, bool query) {
    Json out = route({method}, path, "tunnel", query);
    Json::Array list;
    for (std::string& protocol : protocols) list.emplace_back(std::move(protocol));
    out.set("upgrade", Json(std::move(list)));
    return out;
}

}  // namespace

const std::vector<VersionInfo>& supportedVersions() {
    static const std::vector<VersionInfo> kVersions{
        {"0.28", "grpc", false, false, true, false, {"disableExpiry", "checkPolicy", "authRegister", "authApprove", "authReject"}},
        {"0.29", "grpc", true, true, true, true, {}},
        {"0.30", "rest", true, true, false, true, {}},
    };
    return kVersions;
}

const VersionInfo* versionInfo(std::string_view minor) {
    for (const VersionInfo& version : supportedVersions()) {
        if (version.minor == minor) return &version;
    }
    return nullptr;
}

std::string minorOf(std::string_view version) {
    if (!version.empty() && version.front() == 'v') version.remove_prefix(1);
    const std::size_t dot = version.find('.');
    if (dot == std::string_view::npos) return {};
    const std::size_t end = version.find_first_of(".-+", dot + 1);
    const std::string_view major = version.substr(0, dot);
    const std::string_view minor = version.substr(dot + 1, end == std::string_view::npos ? end : end - dot - 1);
    if (!parseUnsigned<unsigned>(major) || !parseUnsigned<unsigned>(minor)) return {};
    return std::string(major) + "." + std::string(minor);
}

std::vector<Json> allowlistRoutes(const VersionInfo& version, const RouteOptions& options) {
    std::vector<Json> out;
    out.push_back(upgrade("POST", "/ts2021", {kControlProtocol}, false));
    // Browser (wasm) clients carry the handshake in the query of a WebSocket request.
    out.push_back(upgrade("GET", "/ts2021", {"websocket"}, true));
    out.push_back(route({"GET"}, "/key", "page", true));
    out.push_back(route({"HEAD"}, "/machine/ping-response", "page", true));
    out.push_back(route({"GET"}, version.prefixed_auth_id ? "/register/{auth_id}" : "/register/{auth_id_028}", "page"));
    if (version.ssh_check) out.push_back(route({"GET"}, "/auth/{auth_id}", "page"));
    if (options.oidc) {
        out.push_back(route({"GET"}, "/oidc/callback", "page", true));
        if (version.ssh_check) {
            Json confirm = route({"POST"}, "/register/confirm/{auth_id}", "page");
            confirm.set("body_limit", kFormBody);
            out.push_back(std::move(confirm));
        }
    }
    if (options.embedded_derp) {
        out.push_back(upgrade("GET", "/derp", {"derp", "websocket"}, false));
        out.push_back(route({"GET", "HEAD"}, "/derp/probe", "page"));
        out.push_back(route({"GET", "HEAD"}, "/derp/latency-check", "page"));
        out.push_back(route({"GET"}, "/bootstrap-dns", "page", true));
    }
    if (options.help_pages) {
        out.push_back(route({"GET"}, "/apple", "page"));
        out.push_back(route({"GET"}, "/apple/{platform}", "page"));
        out.push_back(route({"GET"}, "/windows", "page"));
    }
    return out;
}

}  // namespace masthead::headscale
