// The list of plugins and the release of a quarantined one.
#include "host/console/api/context.hpp"
#include "host/console/services.hpp"

namespace masthead::console::api {
namespace {

Response getPlugins(Context& context) {
    if (PluginRuntime* plugins = context.plugins()) return Response::json(plugins->list());
    return Response::json(Json::object({{"plugins", Json::array()}}));
}

Response release(Context& context, const Request& request) {
    const std::string id(request.capture("id"));
    PluginRuntime* plugins = context.plugins();
    if (!plugins) return problem(Error{Code::NotFound, "There is no plugin '" + id + "'."}, request.id);
    if (Status status = plugins->release(id); !status) return problem(status.error(), request.id);
    return Response::json(Json::object({{"ok", true}}));
}

}  // namespace

std::vector<Route> pluginRoutes(Context& context) {
    std::vector<Route> routes;
    routes.push_back({"GET", "/admin/api/v1/plugins", Permission::named("core.plugins.read"), "Every plugin with its state",
                      [&](const Request&) { return getPlugins(context); }});
    routes.push_back({"POST", "/admin/api/v1/plugins/{id}/release", Permission::named("core.plugins.manage"), "Release a plugin from quarantine",
                      [&](const Request& r) { return release(context, r); }});
    routes.back().audit = "plugin.release";
    return routes;
}

}  // namespace masthead::console::api
