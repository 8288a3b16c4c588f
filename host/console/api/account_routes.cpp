// My account: name and preferences, password, sessions, and the step-up before sensitive actions. Factors have files of their own.
#include "host/base/timestamp.hpp"
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/sign_in_answer.hpp"
#include "host/console/auth/accounts.hpp"
#include "host/console/auth/accounts_own.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/http/cookies.hpp"

#include <algorithm>

namespace masthead::console::api {
namespace {

Json timeOrNull(std::int64_t ms) { return ms > 0 ? Json(formatTimestamp(ms)) : Json(); }

Json shown(const store::SessionRow& session, const std::string& current) {
    return Json::object({{"handle", session.handle},
                         {"current", session.handle == current},
                         {"method", session.method},
                         {"client", session.client},
                         {"user_agent", session.user_agent},
                         {"created_at", formatTimestamp(session.created_at)},
                         {"last_seen", formatTimestamp(session.last_seen)}});
}

Response getAccount(Context& context, const Request& request) {
    auto view = context.own_account.view(request);
    if (!view) return problem(view.error(), request.id);
    const store::Account& account = view->account;
    Json factors = Json::object({{"password", view->password ? Json::object({{"changed_at", formatTimestamp(view->password->changed_at)}}) : Json()}});
    for (const auto& [name, value] : view->factors.members()) factors.set(name, value);
    Json sessions = Json::array();
    for (const auto& session : view->sessions) sessions.push(shown(session, request.principal.session_id));
    return Response::json(Json::object({{"account", Json::object({{"id", std::to_string(account.id)},
                                                                  {"email", account.email},
                                                                  {"name", account.name},
                                                                  {"language", account.language},
                                                                  {"theme", account.theme},
                                                                  {"origin", account.origin},
                                                                  {"created_at", formatTimestamp(account.created_at)},
                                                                  {"last_sign_in", timeOrNull(account.last_sign_in)}})},
                                        {"factors", std::move(factors)},
                                        {"sessions", std::move(sessions)},
                                        {"policy", Json::object({{"require_second_factor", context.sign_in.secondFactorRequired()}})}}));
}

bool oneOf(const std::string& text, std::initializer_list<const char*> known) {
    return std::any_of(known.begin(), known.end(), [&](const char* word) { return text == word; });
}

Response patchAccount(Context& context, const Request& request) {
    Body body(request);
    auth::OwnChange change{body.optionalText("name"), body.optionalText("language"), body.optionalText("theme")};
    if (auto wrong = body.finish()) return std::move(*wrong);
    std::vector<FieldError> wrong;
    if (change.name) {
        if (auto reason = auth::wrongName(*change.name)) wrong.push_back({"name", *reason});
    }
    if (change.language && !oneOf(*change.language, {"", "en", "zh-CN"})) wrong.push_back({"language", "The languages are en and zh-CN; empty follows the browser."});
    if (change.theme && !oneOf(*change.theme, {"", "light", "dark"})) wrong.push_back({"theme", "The themes are light and dark; empty follows the system."});
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    if (Status changed = context.own_account.change(request, change); !changed) return problem(changed.error(), request.id);
    return getAccount(context, request);
}

Response postPassword(Context& context, const Request& request) {
    Body body(request);
    const std::string current = body.text("current");
    const std::string fresh = body.text("new");
    const bool keep = body.optionalBoolean("keep_sessions").value_or(false);
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (auto reason = auth::unusablePassword(current)) return fieldProblem({{"current", *reason}}, request.id);
    auto changed = context.own_account.changePassword(request, current, fresh, keep);
    if (changed) return steppedUpAnswer(context, *changed);
    if (changed.error().code != Code::InvalidArgument) return signInProblem(changed.error(), request);
    const bool weak = changed.error().internal == "weak";
    return fieldProblem({{weak ? "new" : "current", weak ? changed.error().message : "This is not your current password."}}, request.id);
}

Response postStepUp(Context& context, const Request& request) {
    Body body(request);
    const auto password = body.optionalText("password");
    const auto code = body.optionalText("code");
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (password.has_value() == code.has_value()) return fieldProblem({{"password", "Either password or code is needed."}}, request.id);
    if (password) {
        if (auto reason = auth::unusablePassword(*password)) return fieldProblem({{"password", *reason}}, request.id);
    }
    auto fresh = password ? context.own_account.stepUpByPassword(request, *password) : context.own_account.stepUpByCode(request, *code);
    if (fresh) return steppedUpAnswer(context, *fresh);
    if (fresh.error().code != Code::PermissionDenied) return signInProblem(fresh.error(), request);
    auto methods = context.sign_in.stepUpMethods(request.principal);
    if (!methods) return problem(methods.error(), request.id);
    Json list = Json::array();
    for (const auto& method : *methods) list.push(method);
    return problem(403, "step_up_required", "Confirm that it is you", fresh.error().message, request.id, Json::object({{"methods", std::move(list)}}));
}

Response deleteSession(Context& context, const Request& request) {
    const std::string handle(request.capture("handle"));
    if (Status ended = context.own_account.revoke(request, handle); !ended) return problem(ended.error(), request.id);
    if (handle != request.principal.session_id) return Response::noContent();
    return Response::noContent().with("Set-Cookie", sessionCookie(""));
}

Response postRevokeOthers(Context& context, const Request& request) {
    auto ended = context.own_account.revokeOthers(request);
    if (!ended) return problem(ended.error(), request.id);
    return Response::json(Json::object({{"ended", static_cast<long long>(*ended)}}));
}

using Does = Response (*)(Context&, const Request&);

/// Everything here is about an account: the command line and the sign-in-free trial have none.
Route own(Context& context, const char* method, const std::string& path, const char* summary, const char* action, Does does) {
    Route route{method, "/admin/api/v1/me/" + path, Permission::anyAuthenticated(), summary, [&context, does](const Request& request) {
                    if (request.principal.account_id != 0) return does(context, request);
                    return problem(Error{Code::FailedPrecondition, "There is no account behind this: sign in."}, request.id);
                }};
    route.audit = action;
    route.audit_self = !route.audit.empty();
    route.token_allowed = false;
    return route;
}

}  // namespace

std::vector<Route> accountRoutes(Context& context) {
    std::vector<Route> routes;
    routes.push_back(own(context, "GET", "account", "My account, its factors and sessions", "", getAccount));
    routes.push_back(own(context, "PATCH", "account", "Change my name, language or theme", "me.change", patchAccount));
    routes.push_back(own(context, "POST", "password", "Change my password", "me.password", postPassword));
    routes.back().step_up = true;
    routes.back().body_limit = 16 * 1024;
    routes.push_back(own(context, "POST", "step-up", "Confirm by password or code that it is me", "", postStepUp));  // SignIn records each try
    routes.back().stage = SessionStage::Enrol;
    routes.back().body_limit = 16 * 1024;
    routes.push_back(own(context, "DELETE", "sessions/{handle}", "End one of my sessions", "session.delete", deleteSession));
    routes.push_back(own(context, "POST", "sessions/revoke-others", "End my other sessions", "session.delete-others", postRevokeOthers));
    return routes;
}

}  // namespace masthead::console::api
