// The accounts of the people who run this, for those who manage them: list, invite, change, reset, delete.
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/auth/accounts.hpp"
#include "host/console/http/etag.hpp"
#include "host/console/rbac/catalogue.hpp"

namespace masthead::console::api {
namespace {

Json shown(const auth::AccountView& view) {
    const store::Account& account = view.account;
    Json roles = Json::array();
    for (const auto& role : account.roles) roles.push(role);
    Json factors = view.factors;
    factors.set("password", view.password);
    return Json::object({{"id", std::to_string(account.id)},
                         {"email", account.email},
                         {"name", account.name},
                         {"roles", std::move(roles)},
                         {"disabled", account.disabled},
                         {"origin", account.origin},
                         {"created_at", formatTimestamp(account.created_at)},
                         {"last_sign_in", account.last_sign_in > 0 ? Json(formatTimestamp(account.last_sign_in)) : Json()},
                         {"invited", view.invited},
                         {"factors", std::move(factors)},
                         {"password_locked", view.password_locked},
                         {"revision", account.revision}});
}

Json linkOf(const auth::IssuedLink& link) { return Json::object({{"link", link.link}, {"expires_at", formatTimestamp(link.expires_at)}}); }

/// 0 for anything that cannot be an id: no account has it.
std::int64_t idOf(const Request& request) {
    const auto parsed = parseUnsigned<std::uint64_t>(request.capture("id"));
    return parsed && *parsed <= static_cast<std::uint64_t>(INT64_MAX) ? static_cast<std::int64_t>(*parsed) : 0;
}

/// The process itself, at its own socket: not a person, so it may choose a password for one.
bool commandLine(const Request& request) { return request.principal.method == "local"; }

Response answer(Context& context, const Request& request, std::int64_t id, int status, Json more = Json::object()) {
    auto view = context.accounts.find(id);
    if (!view) return problem(view.error(), request.id);
    more.set("admin", shown(*view));
    return Response::json(more, status).with("ETag", etagOf(view->account.revision));
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
    auth::NewAccount account{body.text("email"), body.text("name"), {}, {}};
    const bool with_password = commandLine(request);
    if (with_password) account.password = body.optionalText("password").value_or("");
    account.roles = body.textList("roles").value_or(std::vector<std::string>());
    if (const auto role = body.optionalText("role")) account.roles.push_back(*role);
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (with_password && account.roles.empty()) account.roles = {"admin"};
    if (const auto wrong = context.accounts.check(account, false); !wrong.empty()) return fieldProblem(wrong, request.id);
    auto made = context.accounts.create(request, std::move(account));
    if (!made) return problem(made.error(), request.id);
    Json more = Json::object();
    if (made->invite) more.set("invite", linkOf(*made->invite));
    return answer(context, request, made->id, 201, std::move(more)).with("Location", "/admin/api/v1/admins/" + std::to_string(made->id));
}

Response patchAdmin(Context& context, const Request& request) {
    Body body(request);
    auth::AccountChange change;
    change.name = body.optionalText("name");
    change.roles = body.textList("roles");
    change.disabled = body.optionalBoolean("disabled");
    if (auto wrong = body.finish()) return std::move(*wrong);
    std::vector<FieldError> wrong;
    if (change.name) {
        if (auto reason = auth::wrongName(*change.name)) wrong.push_back({"name", *reason});
    }
    if (change.roles && change.roles->empty()) wrong.push_back({"roles", "An account needs a role."});
    for (const auto& role : change.roles.value_or(std::vector<std::string>())) {
        if (!context.catalogue.isRole(role)) wrong.push_back({"roles", "There is no role '" + role + "'."});
    }
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    Request seen = request;
    if (commandLine(request)) seen.headers.try_emplace("if-match", "*");  // it says what is to be, whatever was before
    IfMatch match(seen);
    if (match.missing()) return match.problem(request.id);
    Status changed = context.accounts.change(request, idOf(request), change, match);
    if (match.stale()) return match.problem(request.id);
    if (!changed) return problem(changed.error(), request.id);
    return answer(context, request, idOf(request), 200);
}

Response postLink(Context& context, const Request& request, const char* kind) {
    const bool invite = kind == std::string_view("invite");
    auto link = invite ? context.accounts.invite(request, idOf(request)) : context.accounts.startReset(request, idOf(request));
    if (!link) return problem(link.error(), request.id);
    return Response::json(Json::object({{kind, linkOf(*link)}}));
}

Response postFactorsReset(Context& context, const Request& request) {
    auto removed = context.accounts.resetFactors(request, idOf(request));
    if (!removed) return problem(removed.error(), request.id);
    Json list = Json::array();
    for (const auto& method : *removed) list.push(method);
    return Response::json(Json::object({{"removed", std::move(list)}}));
}

Response postSessionsRevoke(Context& context, const Request& request) {
    auto ended = context.accounts.revokeSessions(request, idOf(request));
    if (!ended) return problem(ended.error(), request.id);
    return Response::json(Json::object({{"ended", static_cast<long long>(*ended)}}));
}

Response postPassword(Context& context, const Request& request) {
    if (!commandLine(request)) {
        return problem(Error{Code::PermissionDenied, "People choose their own passwords: start a reset, which gives a link for the person."}, request.id);
    }
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

using Does = Response (*)(Context&, const Request&);

Route guarded(Context& context, const char* method, const std::string& path, const char* summary, const char* action, Does does) {
    Route route{method, "/admin/api/v1/admins" + path, Permission::named("core.admins.manage"), summary,
                [&context, does](const Request& request) { return does(context, request); }};
    route.audit = action;
    route.audit_self = true;
    route.step_up = true;
    route.token_allowed = false;
    return route;
}

}  // namespace

std::vector<Route> adminRoutes(Context& context) {
    const std::string base = "/admin/api/v1/admins";
    const auto read = Permission::named("core.admins.read");
    std::vector<Route> routes;
    routes.push_back({"GET", base, read, "Every account", [&](const Request& r) { return getAdmins(context, r); }});
    routes.push_back({"GET", base + "/{id}", read, "One account", [&](const Request& r) { return answer(context, r, idOf(r), 200); }});
    routes.push_back(guarded(context, "POST", "", "Create an account and invite its owner", "account.create", postAdmin));
    routes.back().creates = true;
    routes.push_back(guarded(context, "PATCH", "/{id}", "Change name or roles, disable or enable", "account.change", patchAdmin));
    routes.push_back(guarded(context, "DELETE", "/{id}", "Delete an account", "account.delete", deleteAdmin));
    routes.push_back(guarded(context, "POST", "/{id}/invite", "A new invitation for somebody who never signed in", "account.invite",
                             [](Context& c, const Request& r) { return postLink(c, r, "invite"); }));
    routes.push_back(guarded(context, "POST", "/{id}/reset", "A link by which the person sets a new password", "account.reset",
                             [](Context& c, const Request& r) { return postLink(c, r, "reset"); }));
    routes.push_back(guarded(context, "POST", "/{id}/factors/reset", "Remove an account's second factors", "account.factors-reset", postFactorsReset));
    routes.push_back(guarded(context, "POST", "/{id}/sessions/revoke", "End an account's sessions", "account.sessions-revoke", postSessionsRevoke));
    routes.push_back(guarded(context, "POST", "/{id}/password", "Set a password from the command line", "account.password", postPassword));
    return routes;
}

}  // namespace masthead::console::api
