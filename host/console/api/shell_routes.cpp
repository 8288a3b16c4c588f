// What the frame in the browser needs to build its navigation, and where it reports violations of the content policy.
#include "host/base/log.hpp"
#include "host/console/api/context.hpp"
#include "host/console/services.hpp"

namespace masthead::console::api {
namespace {

bool maySee(const Principal& principal, const std::string& permission) {
    return permission == "masthead:any-authenticated" || permission == "masthead:public" || principal.can(permission);
}

Response getShell(Context& context, const Request& request) {
    Json pages = Json::array();
    if (PluginRuntime* plugins = context.plugins()) {
        for (auto& page : plugins->pages()) {
            if (maySee(request.principal, page.permission)) pages.push(std::move(page.entry));
        }
    }
    return Response::json(Json::object({{"ui", "/admin/ui/host/1/ui.js"}, {"pages", std::move(pages)}}));
}

Response postCspReport(const Request& request) {
    // From a stranger as likely as from our own page: bounded, one line, and worth no more than a warning.
    log::warning("content security policy report", {{"client", request.client}, {"report", request.body.substr(0, 1024)}});
    return Response::noContent();
}

}  // namespace

std::vector<Route> shellRoutes(Context& context) {
    std::vector<Route> routes;
    routes.push_back({"GET", "/admin/api/v1/shell", Permission::anyAuthenticated(), "The pages this principal may open",
                      [&](const Request& r) { return getShell(context, r); }});
    routes.push_back({"POST", "/admin/api/v1/csp-report", Permission::publicAccess(), "Report a violation of the content security policy", postCspReport});
    routes.back().body_limit = 8 * 1024;
    routes.back().json_body = false;
    routes.back().same_origin = false;
    return routes;
}

}  // namespace masthead::console::api
