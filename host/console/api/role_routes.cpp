// Permissions and roles: what there is to grant, and the roles that grant it.
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/http/pagination.hpp"
#include "host/console/http/route_table.hpp"
#include "host/console/rbac/catalogue.hpp"
#include "host/console/rbac/roles.hpp"

namespace masthead::console::api {
namespace {

Json texts(const std::vector<std::string>& list) {
    Json out = Json::array();
    for (const auto& item : list) out.push(item);
    return out;
}

Json shown(const rbac::RoleView& role) {
    return Json::object({{"id", role.id},
                         {"title", role.title},
                         {"description", role.description},
                         {"builtin", role.builtin},
                         {"permissions", texts(role.permissions)},
                         {"accounts", static_cast<long long>(role.accounts)},
                         {"revision", static_cast<long long>(role.revision)}});
}

Response answer(const rbac::RoleView& role, int status) {
    return Response::json(Json::object({{"role", shown(role)}}), status).with("ETag", etagOf(role.revision));
}

Response getPermissions(Context& context) {
    std::map<std::string, std::vector<std::string>> used_by;
    if (const auto table = context.routes()) {
        for (const auto& route : table->routes()) {
            used_by[route.permission.id()].push_back(route.method + " " + route.pattern);
            for (const auto& more : route.more_with) used_by[more].push_back(route.method + " " + route.pattern);
        }
    }
    Json list = Json::array();
    for (const auto& permission : context.catalogue.list()) {
        list.push(Json::object({{"id", permission.id},
                                {"title", permission.title},
                                {"description", permission.description},
                                {"risk", permission.risk},
                                {"owner", permission.owner},
                                {"group", permission.group},
                                {"used_by", texts(used_by[permission.id])}}));
    }
    return Response::json(Json::object({{"permissions", std::move(list)}}));
}

Response getRoles(Context& context, const Request& request) {
    Page page;
    if (auto wrong = readPage(request, page)) return std::move(*wrong);
    auto roles = context.roles->list();
    if (!roles) return problem(roles.error(), request.id);
    Json::Array items;
    for (const auto& role : *roles) items.push_back(shown(role));
    return Response::json(pageOf("roles", items, page, [](const Json& role) { return role.text("id"); }));
}

Response getRole(Context& context, const Request& request) {
    auto role = context.roles->find(std::string(request.capture("id")));
    if (!role) return problem(role.error(), request.id);
    return answer(*role, 200);
}

/// The members that create and change share.
store::RoleRow rest(Body& body, std::string id) {
    store::RoleRow role;
    role.id = std::move(id);
    role.title = body.text("title");
    role.description = body.optionalText("description").value_or("");
    const auto permissions = body.textList("permissions").value_or(std::vector<std::string>());
    role.permissions = {permissions.begin(), permissions.end()};
    return role;
}

Response postRole(Context& context, const Request& request) {
    Body body(request);
    auto role = rest(body, body.text("id"));
    if (auto bad = body.finish()) return std::move(*bad);
    std::vector<FieldError> wrong;
    auto made = context.roles->create(request, std::move(role), wrong);
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    if (!made) return problem(made.error(), request.id);
    return answer(*made, 201).with("Location", "/admin/api/v1/roles/" + made->id);
}

Response putRole(Context& context, const Request& request) {
    Body body(request);
    auto role = rest(body, std::string(request.capture("id")));
    if (auto bad = body.finish()) return std::move(*bad);
    IfMatch match(request);
    if (match.missing()) return match.problem(request.id);
    std::vector<FieldError> wrong;
    auto changed = context.roles->change(request, std::move(role), match, wrong);
    if (match.stale()) return match.problem(request.id);
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    if (!changed) return problem(changed.error(), request.id);
    return answer(*changed, 200);
}

Response deleteRole(Context& context, const Request& request) {
    if (Status removed = context.roles->remove(request, std::string(request.capture("id"))); !removed) return problem(removed.error(), request.id);
    return Response::noContent();
}

Route guarded(Route route, const char* action) {
    route.audit = action;
    route.audit_self = true;
    route.step_up = true;
    route.token_allowed = false;
    return route;
}

}  // namespace

std::vector<Route> roleRoutes(Context& context) {
    if (context.roles == nullptr) return {};
    const std::string base = "/admin/api/v1";
    const auto read = Permission::named("core.roles.read"), manage = Permission::named("core.roles.manage");
    std::vector<Route> routes;
    routes.push_back({"GET", base + "/permissions", read, "Every permission with its risk and the routes that need it",
                      [&](const Request&) { return getPermissions(context); }});
    routes.push_back({"GET", base + "/roles", read, "Every role with what it may do", [&](const Request& r) { return getRoles(context, r); }});
    routes.push_back({"GET", base + "/roles/{id}", read, "One role", [&](const Request& r) { return getRole(context, r); }});
    routes.push_back(guarded({"POST", base + "/roles", manage, "Make a role", [&](const Request& r) { return postRole(context, r); }}, "role.create"));
    routes.back().creates = true;
    routes.push_back(guarded({"PUT", base + "/roles/{id}", manage, "Change a role", [&](const Request& r) { return putRole(context, r); }}, "role.change"));
    routes.push_back(
        guarded({"DELETE", base + "/roles/{id}", manage, "Delete a role nobody holds", [&](const Request& r) { return deleteRole(context, r); }}, "role.delete"));
    return routes;
}

}  // namespace masthead::console::api
