// Set-up, signing in and out, and who I am.
#include "host/base/text.hpp"
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/auth/accounts.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/http/cookies.hpp"

#ifndef MASTHEAD_VERSION
#define MASTHEAD_VERSION "0.0.0"
#endif

namespace masthead::console::api {
namespace {

Response tooOften(std::int64_t wait_ms, const std::string& request_id) {
    return problem(429, "too_many_tries", "Too many tries", "Too many tries. Wait a little and try again.", request_id, true)
        .with("Retry-After", std::to_string((wait_ms + 999) / 1000));
}

Response signedIn(const std::string& token) { return Response::json(Json::object({{"ok", true}})).with("Set-Cookie", sessionCookie(token)); }

Response getSetup(Context& context, const Request& request) {
    auto needed = context.accounts.setupNeeded();
    if (!needed) return problem(needed.error(), request.id);
    return Response::json(Json::object({{"needed", *needed && !context.config.auth.disabled}, {"trial", context.config.trial}, {"demo", demoRuns(context)}}));
}

Response postSetup(Context& context, const Request& request) {
    Body body(request);
    const std::string token = body.text("token");
    auth::NewAccount account{body.text("email"), body.text("name"), body.text("password"), {"admin"}};
    if (auto wrong = body.finish()) return std::move(*wrong);
    const std::string source = auth::throttleSource(request.client);
    if (const auto wait = context.throttle.attempt(source, "setup"); wait > 0) return tooOften(wait, request.id);
    if (const auto wrong = context.accounts.check(account); !wrong.empty()) {
        context.throttle.succeeded(source, "setup");  // nothing was guessed yet
        return fieldProblem(wrong, request.id);
    }
    auto session = context.accounts.createFirst(request, token, std::move(account));
    if (!session) return problem(session.error(), request.id);
    context.throttle.succeeded(source, "setup");
    return signedIn(*session);
}

Response postSession(Context& context, const Request& request) {
    Body body(request);
    const std::string email = body.text("email");
    const std::string password = body.text("password");
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (auto reason = auth::unusablePassword(password)) return fieldProblem({{"password", *reason}}, request.id);
    if (email.size() > 254) return fieldProblem({{"email", "An e-mail address has at most 254 bytes."}}, request.id);
    const std::string source = auth::throttleSource(request.client);
    const std::string account = lowerAscii(email);
    if (const auto wait = context.throttle.attempt(source, account); wait > 0) return tooOften(wait, request.id);
    auto session = context.accounts.signIn(request, email, password);
    if (!session) return problem(session.error(), request.id);
    context.throttle.succeeded(source, account);
    return signedIn(*session);
}

Response deleteSession(Context& context, const Request& request) {
    if (request.principal.method == "password") {
        if (Status ended = context.accounts.signOut(request); !ended) return problem(ended.error(), request.id);
    }
    return Response::noContent().with("Set-Cookie", sessionCookie("")).with("Clear-Site-Data", "\"cache\", \"cookies\", \"storage\"");
}

Response getMe(Context& context, const Request& request) {
    const Principal& who = request.principal;
    Json roles = Json::array();
    for (const auto& role : who.roles) roles.push(role);
    Json permissions = Json::array();
    for (const auto& permission : who.permissions) permissions.push(permission);
    Json principal = Json::object({{"id", who.id}, {"name", who.name}, {"email", who.email}, {"roles", std::move(roles)},
                                   {"permissions", std::move(permissions)}, {"method", who.method}});
    return Response::json(Json::object({{"principal", std::move(principal)},
                                        {"csrf", who.session_id.empty() ? Json("") : Json(context.csrf.token(who.session_id))},
                                        {"auth_disabled", context.config.auth.disabled},
                                        {"trial", context.config.trial},
                                        {"demo", demoRuns(context)},
                                        {"version", MASTHEAD_VERSION},
                                        {"public_url", context.config.public_url}}));
}

}  // namespace

std::vector<Route> sessionRoutes(Context& context) {
    const std::string base = "/admin/api/v1";
    std::vector<Route> routes;
    routes.push_back({"GET", base + "/setup", Permission::publicAccess(), "Whether the first admin is still to be made",
                      [&](const Request& r) { return getSetup(context, r); }});
    routes.push_back({"POST", base + "/setup", Permission::publicAccess(), "Make the first admin with the printed token",
                      [&](const Request& r) { return postSetup(context, r); }});
    routes.back().body_limit = 16 * 1024;
    routes.push_back({"POST", base + "/session", Permission::publicAccess(), "Sign in", [&](const Request& r) { return postSession(context, r); }});
    routes.back().body_limit = 16 * 1024;
    routes.push_back({"DELETE", base + "/session", Permission::anyAuthenticated(), "Sign out", [&](const Request& r) { return deleteSession(context, r); }});
    routes.push_back({"GET", base + "/me", Permission::anyAuthenticated(), "Who I am and what I may do", [&](const Request& r) { return getMe(context, r); }});
    return routes;
}

}  // namespace masthead::console::api
