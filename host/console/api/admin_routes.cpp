// The accounts of the people who run this: list, create, set a password, delete.
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/auth/accounts.hpp"

namespace masthead::console::api {
namespace {

Json shown(const store::Account& account) {
    Json roles = Json::array();
    for (const auto& role : account.roles) roles.push(role);
    return Json::object({{"id", std::to_string(account.id)},
                         {"email", account.email},
                         {"name", account.name},
                         {"roles", std::move(roles)},
                         {"disabled", account.disabled},
                         {"created_at", formatTimestamp(account.created_at)}});
}

/// 0 for anything that cannot be an id: no account has it.
std::int64_t idOf(const Request& request) {
    const auto parsed = parseUnsigned<std::uint64_t>(request.capture("id"));
    return parsed && *parsed <= static_cast<std::uint64_t>(INT64_MAX) ? static_cast<std::int64_t>(*parsed) : 0;
}

Response getAdmins(Context& context, const Request& request) {
    auto accounts = context.accounts.list();
    if (!accounts) return problem(accounts.error(), request.id);
    Json list = Json::array();
    for (const auto& account : *accounts) list.push(shown(account));
    return Response::json(Json::object({{"admins", std::move(list)}}));
}

Response postAdmin(Context& context, const Request& request) {
    Body body(request);
    auth::NewAccount account{body.text("email"), body.text("name"), body.text("password"), {}};
    account.roles = body.textList("roles").value_or(std::vector<std::string>());
    if (const auto role = body.optionalText("role")) account.roles.push_back(*role);
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (account.roles.empty()) account.roles = {"admin"};
    if (const auto wrong = context.accounts.check(account); !wrong.empty()) return fieldProblem(wrong, request.id);
    auto id = context.accounts.create(request, std::move(account));
    if (!id) return problem(id.error(), request.id);
    auto made = context.accounts.find(*id);
    if (!made) return problem(made.error(), request.id);
    return Response::json(Json::object({{"admin", shown(*made)}}), 201);
}

Response postPassword(Context& context, const Request& request) {
    Body body(request);
    const std::string password = body.text("password");
    if (auto wrong = body.finish()) return std::move(*wrong);
    Status status = context.accounts.setPassword(request, idOf(request), password);
    if (!status && status.error().code == Code::InvalidArgument) return fieldProblem({{"password", status.error().message}}, request.id);
    if (!status) return problem(status.error(), request.id);
    return Response::json(Json::object({{"ok", true}}));
}

Response deleteAdmin(Context& context, const Request& request) {
    if (Status status = context.accounts.remove(request, idOf(request)); !status) return problem(status.error(), request.id);
    return Response::noContent();
}

Route selfRecorded(Route route, const char* action) {
    route.audit = action;
    route.audit_self = true;
    return route;
}

}  // namespace

std::vector<Route> adminRoutes(Context& context) {
    const std::string base = "/admin/api/v1/admins";
    const auto manage = Permission::named("core.admins.manage");
    std::vector<Route> routes;
    routes.push_back({"GET", base, Permission::named("core.admins.read"), "Every account", [&](const Request& r) { return getAdmins(context, r); }});
    routes.push_back(selfRecorded({"POST", base, manage, "Create an account", [&](const Request& r) { return postAdmin(context, r); }}, "account.create"));
    routes.push_back(selfRecorded(
        {"POST", base + "/{id}/password", manage, "Set an account's password and end its sessions", [&](const Request& r) { return postPassword(context, r); }},
        "account.password"));
    routes.push_back(
        selfRecorded({"DELETE", base + "/{id}", manage, "Delete an account", [&](const Request& r) { return deleteAdmin(context, r); }}, "account.delete"));
    return routes;
}

}  // namespace masthead::console::api
