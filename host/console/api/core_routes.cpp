#include "host/base/text.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/openapi.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/tokens.hpp"
#include "host/console/auth/tokens_text.hpp"
#include "host/console/http/cookies.hpp"
#include "host/console/http/route_table.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/services.hpp"

#include <algorithm>
#include <set>

namespace masthead::console::api {

namespace {

const char* nameOf(SessionStage stage) { return stage == SessionStage::Half ? "half" : stage == SessionStage::Enrol ? "enrol" : "full"; }

/// The table in force, as the checks see it: for tests that hold every route to the same rules.
Response getRoutes(Context& context) {
    Json list = Json::array();
    const auto table = context.routes();
    for (const auto& route : table ? table->routes() : std::vector<Route>()) {
        list.push(Json::object({{"method", route.method},
                                {"path", route.pattern},
                                {"permission", route.permission.id()},
                                {"owner", route.owner},
                                {"audit", route.audit},
                                {"stage", nameOf(route.stage)},
                                {"step_up", route.step_up},
                                {"token_allowed", route.token_allowed},
                                {"same_origin", route.same_origin},
                                {"json_body", route.json_body},
                                {"creates", route.creates}}));
    }
    return Response::json(Json::object({{"routes", std::move(list)}}));
}

std::vector<Route> routeRoutes(Context& context) {
    std::vector<Route> routes;
    routes.push_back({"GET", "/admin/api/v1/routes", Permission::named("core.roles.read"), "Every route and what guards it",
                      [&](const Request&) { return getRoutes(context); }});
    return routes;
}

/// Accounts, roles, tokens, keys and providers are changed by people who sign in, whatever a token's scopes say.
bool guardsTheHouse(const Route& route) {
    static const std::set<std::string> kManage{"core.admins.manage", "core.roles.manage", "core.tokens.manage", "core.sso.manage", "core.keys.manage"};
    return kManage.count(route.permission.id()) > 0 || (route.method == "DELETE" && route.pattern == "/admin/api/v1/session");
}

}  // namespace

std::vector<Route> coreRoutes(Context& context) {
    std::vector<Route> all;
    for (const auto& declare : {sessionRoutes, shellRoutes, statusRoutes, pluginRoutes, auditRoutes, adminRoutes, accountRoutes, linkRoutes, eventRoutes,
                                notifyRoutes, keyRoutes, factorRoutes, passkeyRoutes, roleRoutes, tokenRoutes, openapiRoutes, ssoRoutes, routeRoutes, staticRoutes}) {
        auto some = declare(context);
        std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    describeCore(all);
    for (auto& route : all) {
        if (guardsTheHouse(route)) route.token_allowed = false;
    }
    return all;
}

Principal everything(const rbac::Catalogue& catalogue, const std::string& id, const std::string& name, const std::string& method) {
    Principal principal;
    principal.id = id;
    principal.name = name;
    principal.roles = {"admin"};
    principal.permissions = catalogue.permissionsOf(principal.roles);
    principal.method = method;
    return principal;
}

namespace {

/// The text after "Bearer " of the Authorization header; nullopt when there is none of that scheme.
std::optional<std::string> bearerOf(const Request& request) {
    const auto header = request.header("authorization");
    constexpr std::string_view kScheme = "bearer ";
    if (header.size() <= kScheme.size() || !equalsIgnoreCase(header.substr(0, kScheme.size()), kScheme)) return std::nullopt;
    return std::string(trim(header.substr(kScheme.size())));
}

/// An API token in the address would stand in logs and histories.
bool tokenInQuery(const Request& request) {
    return std::any_of(request.query.begin(), request.query.end(), [](const auto& item) {
        return item.first == "access_token" || item.second.find(auth::kTokenPrefix) != std::string::npos;
    });
}

Result<Principal> whoIs(Context& context, const Request& request, Door door) {
    if (door == Door::CommandLine) return everything(context.catalogue, "local:cli", "local:cli", "local");
    if (context.config.auth.disabled) {
        Principal principal = everything(context.catalogue, "trial", "Trial", "trial");
        principal.session_id = "trial";
        return principal;
    }
    if (tokenInQuery(request)) return Error{Code::InvalidArgument, "An API token is sent in the Authorization header, never in the address. Revoke this one."};
    const auto cookies = cookieValues(request.header("cookie"), kSessionCookie);
    if (const auto bearer = bearerOf(request); bearer && context.tokens != nullptr) {
        if (!cookies.empty()) return Error{Code::InvalidArgument, "Send either a session cookie or an API token, not both."};
        return context.tokens->authenticate(*bearer, request.client);
    }
    if (cookies.empty()) return Error{Code::Unauthenticated, "You are not signed in."};
    if (cookies.size() > 1) return Error{Code::Unauthenticated, "More than one session cookie was sent."};
    return context.sessions.authenticate(cookies.front());
}

}  // namespace

Result<Principal> authenticate(Context& context, const Request& request, Door door) {
    auto who = whoIs(context, request, door);
    // Not knowing what somebody may do is no reason to let them, and none to sign them out.
    if (!who && who.error().code == Code::Internal) who.error().code = Code::Unavailable;
    return who;
}

bool demoRuns(const Context& context) { return context.headscale.info()["demo"].asBool(); }

}  // namespace masthead::console::api
