// The state of the whole product in one answer, and restarting one of its processes.
#include "host/console/api/context.hpp"
#include "host/console/services.hpp"

namespace masthead::console::api {
namespace {

Response getStatus(Context& context) {
    return Response::json(Json::object({{"supervisor", context.supervisor_state()},
                                        {"headscale", context.headscale.info()},
                                        {"edge", context.edge_counts()},
                                        {"tailnet", context.tailnet_summary()}}));
}

Response restart(Context& context, const Request& request) {
    Status status = context.restart_child(std::string(request.capture("child")));
    if (!status) return problem(status.error(), request.id);
    return Response::json(Json::object({{"ok", true}}), 202);
}

}  // namespace

std::vector<Route> statusRoutes(Context& context) {
    std::vector<Route> routes;
    routes.push_back({"GET", "/admin/api/v1/status", Permission::named("core.status.read"), "The state of processes, headscale and tailnet",
                      [&](const Request&) { return getStatus(context); }});
    routes.push_back({"POST", "/admin/api/v1/status/{child}/restart", Permission::named("core.supervisor.control"), "Restart a process",
                      [&](const Request& r) { return restart(context, r); }});
    routes.back().audit = "supervisor.restart";
    return routes;
}

}  // namespace masthead::console::api
