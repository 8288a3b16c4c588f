#include "host/console/api/context.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/http/cookies.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/services.hpp"

namespace masthead::console::api {

std::vector<Route> coreRoutes(Context& context) {
    std::vector<Route> all;
    for (const auto& declare : {sessionRoutes, shellRoutes, statusRoutes, pluginRoutes, auditRoutes, adminRoutes, eventRoutes, notifyRoutes, staticRoutes}) {
        auto some = declare(context);
        std::move(some.begin(), some.end(), std::back_inserter(all));
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

Result<Principal> authenticate(Context& context, const Request& request, Door door) {
    if (door == Door::CommandLine) return everything(context.catalogue, "local:cli", "local:cli", "local");
    if (context.config.auth.disabled) {
        Principal principal = everything(context.catalogue, "trial", "Trial", "trial");
        principal.session_id = "trial";
        return principal;
    }
    const auto cookies = cookieValues(request.header("cookie"), kSessionCookie);
    if (cookies.empty()) return Error{Code::Unauthenticated, "You are not signed in."};
    if (cookies.size() > 1) return Error{Code::Unauthenticated, "More than one session cookie was sent."};
    return context.sessions.authenticate(cookies.front());
}

bool demoRuns(const Context& context) { return context.headscale.info()["demo"].asBool(); }

}  // namespace masthead::console::api
