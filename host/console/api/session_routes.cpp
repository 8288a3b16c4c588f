// Set-up, signing in and out, and who I am.
#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/sign_in_answer.hpp"
#include "host/console/auth/accounts.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/oidc/single_sign_on.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/auth/second_factors.hpp"
#include "host/console/auth/sign_in_password.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/auth/webauthn/passkeys.hpp"
#include "host/console/http/cookies.hpp"

#ifndef MASTHEAD_VERSION
#define MASTHEAD_VERSION "0.0.0"
#endif

namespace masthead::console::api {
namespace {

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
    if (const auto wait = context.throttle.attempt(source, "setup"); wait > 0) return tooManyTries(wait, request.id);
    if (const auto wrong = context.accounts.check(account); !wrong.empty()) {
        context.throttle.succeeded(source, "setup");  // nothing was guessed yet
        return fieldProblem(wrong, request.id);
    }
    auto session = context.accounts.createFirst(request, token, std::move(account));
    if (!session) return problem(session.error(), request.id);
    context.throttle.succeeded(source, "setup");
    return signedInAnswer(context, *session);
}

Response postSession(Context& context, const Request& request) {
    Body body(request);
    const std::string email = body.text("email");
    const std::string password = body.text("password");
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (auto reason = auth::unusablePassword(password)) return fieldProblem({{"password", *reason}}, request.id);
    if (email.size() > 254) return fieldProblem({{"email", "An e-mail address has at most 254 bytes."}}, request.id);
    const auto devices = cookieValues(request.header("cookie"), kDeviceCookie);
    auto session = context.password_sign_in.attempt(request, email, password, devices.size() == 1 ? devices.front() : std::string());
    if (!session) return signInProblem(session.error(), request);
    return signedInAnswer(context, *session);
}

/// What the sign-in page offers.
Response getMethods(Context& context) {
    return Response::json(Json::object(
        {{"password", true}, {"passkeys", context.passkeys != nullptr && context.passkeys->possible()}, {"providers", context.sso != nullptr ? context.sso->sso.buttons() : Json::array()}}));
}

Response deleteSession(Context& context, const Request& request) {
    // What only the session knows must be asked before it goes.
    const std::string logout_url = context.sso != nullptr && request.principal.method == "sso" ? context.sso->sso.logoutUrl(request) : "";
    if (request.principal.account_id != 0) {
        if (Status ended = context.accounts.signOut(request); !ended) return problem(ended.error(), request.id);
    }
    // Not "cookies": that the browser is known is kept for its next sign-in.
    Response done = logout_url.empty() ? Response::noContent() : Response::json(Json::object({{"logout_url", logout_url}}));
    return std::move(done).with("Set-Cookie", sessionCookie("")).with("Clear-Site-Data", "\"cache\", \"storage\"");
}

const char* stageName(SessionStage stage) { return stage == SessionStage::Half ? "half" : stage == SessionStage::Enrol ? "enrol" : "full"; }

Response getMe(Context& context, const Request& request) {
    const Principal& who = request.principal;
    Json roles = Json::array();
    for (const auto& role : who.roles) roles.push(role);
    Json permissions = Json::array();
    for (const auto& permission : who.permissions) permissions.push(permission);
    Json principal = Json::object({{"id", who.id}, {"name", who.name}, {"email", who.email}, {"roles", std::move(roles)},
                                   {"permissions", std::move(permissions)}, {"method", who.method}});
    store::Account account;
    if (who.account_id != 0) {
        if (auto view = context.accounts.find(who.account_id)) account = std::move(view->account);
    }
    const std::int64_t fresh_until = who.authenticated_at + kStepUpMs;
    const bool fresh = who.account_id != 0 && fresh_until > context.clock.wallMs();
    return Response::json(Json::object({{"principal", std::move(principal)},
                                        {"stage", stageName(who.stage)},
                                        {"method", who.method},
                                        {"language", account.language},
                                        {"theme", account.theme},
                                        {"step_up_until", fresh ? Json(formatTimestamp(fresh_until)) : Json()},
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
    routes.push_back({"GET", base + "/session/methods", Permission::publicAccess(), "How one can sign in", [&](const Request&) { return getMethods(context); }});
    routes.push_back({"DELETE", base + "/session", Permission::anyAuthenticated(), "Sign out", [&](const Request& r) { return deleteSession(context, r); }});
    routes.back().stage = SessionStage::Half;
    routes.push_back({"GET", base + "/me", Permission::anyAuthenticated(), "Who I am and what I may do", [&](const Request& r) { return getMe(context, r); }});
    routes.back().stage = SessionStage::Half;
    return routes;
}

}  // namespace masthead::console::api
