#include "host/cli/prepare/allowlist_file.hpp"

#include <algorithm>

#include "host/base/file.hpp"
#include "host/base/text.hpp"
#include "host/config/public_url.hpp"
#include "host/headscale/versions.hpp"

namespace masthead::cli {
namespace {

constexpr std::size_t kMaxManifest = std::size_t{1} << 20;
constexpr std::int64_t kConsoleBody = 1 << 20;
constexpr const char* kParameterClasses[] = {"auth_id", "auth_id_028", "platform", "id", "token", "subpath"};

Json route(std::initializer_list<const char*> methods, const std::string& path, const char* target, bool query, std::int64_t body,
           const char* rate) {
    Json list = Json::array();
    for (const char* method : methods) list.push(Json(method));
    return Json::object(
        {{"methods", list}, {"path", path}, {"target", target}, {"query", query}, {"body_limit", body}, {"rate", rate}});
}

void addCore(Json& routes) {
    routes.push(route({"GET", "HEAD"}, "/health", "edge", false, 0, "page"));
    routes.push(route({"GET", "HEAD"}, "/admin", "console", true, 0, "console"));
    routes.push(route({"GET", "HEAD"}, "/admin/", "console", true, 0, "console"));
    routes.push(
        route({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, "/admin/{subpath}", "console", true, kConsoleBody, "console"));
}

/// A parameter that names none of edge's classes is held to the strictest that fits identifiers.
std::string edgePath(const std::string& path) {
    std::string out;
    for (std::size_t i = 0; i < path.size();) {
        const auto close = path[i] == '{' ? path.find('}', i) : std::string::npos;
        if (close == std::string::npos) {
            out += path[i++];
            continue;
        }
        const std::string name = path.substr(i + 1, close - i - 1);
        const bool known =
            std::any_of(std::begin(kParameterClasses), std::end(kParameterClasses), [&](const char* c) { return name == c; });
        out += "{" + (known ? name : std::string("token")) + "}";
        i = close + 1;
    }
    return out;
}

bool reserved(const std::string& path) {
    for (const char* prefix : {"/admin", "/health", "/ts2021", "/derp", "/key", "/api", "/swagger", "/metrics", "/debug",
                               "/public", "/machine", "/noise", "/verify"}) {
        const std::string own = prefix;
        if (path == own || path.compare(0, own.size() + 1, own + "/") == 0) return true;
    }
    return path.size() < 2 || path.front() != '/';
}

bool granted(const config::Config& config, const std::string& id, const std::string& path) {
    const Json& grant = config.plugins.settings[id]["public_paths"];
    if (grant.isBool()) return grant.asBool();
    if (!grant.isArray()) return id == "onboarding";
    return std::any_of(grant.items().begin(), grant.items().end(), [&](const Json& item) { return item.asString() == path; });
}

bool isRegistration(const std::string& path) { return path.rfind("/register/", 0) == 0; }

/// A plugin that is granted /register/... answers instead of headscale, unless headscale sends people to an OIDC issuer there.
void addPlugin(const AllowlistInput& input, const std::string& id, Json& routes, std::vector<std::string>& warnings) {
    const config::Config& config = input.config;
    const std::string path = joinPath(config.plugins.dir, id) + "/plugin.json";
    const auto text = readFile(path, kMaxManifest);
    if (!text) return warnings.push_back("no public paths for plugin " + id + ": " + text.error().message);
    const auto manifest = parseJson(*text, kLocalJson);
    if (!manifest) return warnings.push_back("no public paths for plugin " + id + ": " + path + ": " + manifest.error().message);
    bool any = false;
    for (const auto& item : (*manifest)["routes"].items()) {
        if (!item["outside"].asBool()) continue;
        std::string pattern = item.text("path");
        const std::string& method = item.text("method");
        if (item.text("permission") != "masthead:public" || reserved(pattern)) {
            warnings.push_back("plugin " + id + " may not answer " + method + " " + pattern +
                               ": the path is reserved or its permission is not masthead:public");
        } else if (!granted(config, id, pattern)) {
            warnings.push_back("plugin " + id + " asks for the public path " + pattern + ", which plugins.settings." + id +
                               ".public_paths does not grant");
        } else if (isRegistration(pattern) && input.oidc) {
            continue;
        } else {
            const auto* version = headscale::versionInfo(headscale::minorOf(input.headscale_version));
            if (isRegistration(pattern) && version && !version->prefixed_auth_id) {
                const auto at = pattern.find("{auth_id}");
                if (at != std::string::npos) pattern.replace(at, 9, "{auth_id_028}");
            }
            const bool body = method != "GET" && method != "HEAD" && method != "DELETE";
            const std::int64_t limit =
                item["limits"]["body"].isInt() ? std::clamp<std::int64_t>(item["limits"]["body"].asInt(), 0, kConsoleBody) : 65536;
            routes.push(route({method.c_str()}, edgePath(pattern), "console", true, body ? limit : 0, "page"));
            any = true;
        }
    }
    if (any) routes.push(route({"GET", "HEAD"}, "/public/p/" + id + "/{subpath}", "console", false, 0, "page"));
}

Json rootOf(const config::Config& config) {
    const std::string& root = config.server.root;
    const auto& enabled = config.plugins.enabled;
    const bool onboarding = std::find(enabled.begin(), enabled.end(), "onboarding") != enabled.end();
    if (root == "404") return Json::object({{"status", 404}});
    if (root == "onboarding" || (root == "auto" && onboarding)) return Json::object({{"redirect", "/connect"}});
    if (root == "admin" || root == "auto") return Json::object({{"redirect", "/admin/"}});
    return Json::object({{"redirect", root}});
}

void addHost(std::vector<std::string>& hosts, const std::string& host) {
    const std::string lower = lowerAscii(host);
    if (!lower.empty() && std::find(hosts.begin(), hosts.end(), lower) == hosts.end()) hosts.push_back(lower);
}

}  // namespace

std::vector<std::string> acceptedHosts(const config::Config& config) {
    std::vector<std::string> hosts;
    const auto add = [&](const std::string& name, std::uint16_t port) {
        const std::string bare = name.find(':') == std::string::npos ? name : "[" + name + "]";
        if (port != 0) addHost(hosts, bare + ":" + std::to_string(port));
        addHost(hosts, bare);
    };
    if (const auto url = config::parsePublicUrl(config.public_url); url.ok()) add(url->host, url->port);
    for (const auto& extra : config.server.extra_hosts) addHost(hosts, extra);
    if (config.trial) {
        for (const auto& listen : config.server.listen) {
            add("localhost", listen.port);
            add("127.0.0.1", listen.port);
        }
    }
    return hosts;
}

Json makeAllowlist(const AllowlistInput& input, std::vector<std::string>& warnings) {
    Json plugins = Json::array(), routes = Json::array();
    for (const auto& id : input.config.plugins.enabled) addPlugin(input, id, plugins, warnings);
    // The first route that fits a path wins: of headscale's own paths a plugin takes over /register/ and nothing else.
    for (const auto& item : plugins.items()) {
        if (isRegistration(item.text("path"))) routes.push(item);
    }
    if (const auto* version = headscale::versionInfo(headscale::minorOf(input.headscale_version))) {
        headscale::RouteOptions options;
        options.embedded_derp = input.embedded_derp;
        options.oidc = input.oidc;
        for (auto& item : headscale::allowlistRoutes(*version, options)) routes.push(std::move(item));
    } else {
        warnings.push_back("no control-plane routes: headscale " + input.headscale_version + " is unknown");
    }
    addCore(routes);
    for (const auto& item : plugins.items()) {
        if (!isRegistration(item.text("path"))) routes.push(item);
    }
    Json hosts = Json::array();
    for (const auto& host : acceptedHosts(input.config)) hosts.push(Json(host));
    return Json::object({{"version", 1},
                         {"headscale_version", input.headscale_version},
                         {"hosts", hosts},
                         {"root", rootOf(input.config)},
                         {"routes", routes}});
}

}  // namespace masthead::cli
