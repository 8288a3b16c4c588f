// The keys that values at rest stand under: which there are, and changing them. Answers name keys, never show them.
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/store/key_ring.hpp"

namespace masthead::console::api {
namespace {

Response getKeys(Context& context, const Request& request) {
    auto shown = context.key_ring->show();
    return shown ? Response::json(*shown) : problem(shown.error(), request.id);
}

Response postRotate(Context& context, const Request& request) {
    Body body(request);
    const auto what = body.textList("what");
    if (auto wrong = body.finish()) return std::move(*wrong);
    bool master = !what, data = !what;
    for (const auto& one : what.value_or(std::vector<std::string>())) {
        if (one != "master" && one != "data")
            return fieldProblem({{"what", "Keys to change are master and data; '" + one + "' is none."}}, request.id);
        (one == "master" ? master : data) = true;
    }
    // The data key first: its wrap is then made once more with the new master key, and the old master key never sees it.
    if (data) {
        if (Status status = context.key_ring->rotateData(); !status) return problem(status.error(), request.id);
    }
    if (master) {
        if (Status status = context.key_ring->rotateMaster(); !status) return problem(status.error(), request.id);
    }
    return getKeys(context, request);
}

}  // namespace

std::vector<Route> keyRoutes(Context& context) {
    if (!context.key_ring) return {};
    std::vector<Route> routes;
    routes.push_back({"GET", "/admin/api/v1/keys", Permission::named("core.keys.read"),
                      "The keys that secrets at rest stand under", [&](const Request& r) { return getKeys(context, r); }});
    routes.push_back({"POST", "/admin/api/v1/keys/rotate", Permission::named("core.keys.manage"),
                      "Change the keys that secrets at rest stand under",
                      [&](const Request& r) { return postRotate(context, r); }, "keys.rotate"});
    routes.back().step_up = true;
    routes.back().token_allowed = false;
    routes.back().deadline_ms = 120000;
    return routes;
}

}  // namespace masthead::console::api
