// Signing in, stepping up and managing with passkeys. Each use is two calls: options for the browser, then its answer.
#include "host/base/text.hpp"
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/sign_in_answer.hpp"
#include "host/console/auth/sessions.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/auth/webauthn/passkeys.hpp"
#include "host/console/http/cookies.hpp"

namespace masthead::console::api {
namespace {

using auth::webauthn::Asked;
using auth::webauthn::Passkeys;

/// An attestation object may have 64 KiB, in base64url a third more.
constexpr std::size_t kAnswerLimit = 128 * 1024;
constexpr const char* kThrottled = "passkey";

/// Null when only an account can do this and the caller is none (the command line, the sign-in-free trial).
Passkeys* ofAccount(Context& context, const Request& request) { return request.principal.account_id == 0 ? nullptr : context.passkeys; }

Response onlyAccounts(const Request& request) {
    return problem(Error{Code::FailedPrecondition, "Passkeys belong to accounts: sign in with one."}, request.id);
}

/// The public routes are not authenticated by the funnel; a sign-in that waits for its second factor is known by its cookie.
std::optional<Request> waitingForSecond(Context& context, const Request& request) {
    if (context.config.auth.disabled) return std::nullopt;
    const auto cookies = cookieValues(request.header("cookie"), kSessionCookie);
    if (cookies.size() != 1) return std::nullopt;
    auto principal = context.sessions.authenticate(cookies.front());
    if (!principal || principal->stage != SessionStage::Half) return std::nullopt;
    Request out = request;
    out.principal = std::move(*principal);
    return out;
}

Response asked(const Result<Asked>& result, const Request& request) {
    return result ? Response::json(result->json()) : problem(result.error(), request.id);
}

/// A body without members, or none at all.
std::optional<Response> nothingSent(const Request& request) {
    if (request.body.empty()) return std::nullopt;
    return Body(request).finish();
}

std::int64_t idOf(const Request& request) {
    const auto parsed = parseUnsigned<std::uint64_t>(request.capture("id"));
    return parsed && *parsed <= static_cast<std::uint64_t>(INT64_MAX) ? static_cast<std::int64_t>(*parsed) : 0;
}

Response postSignInOptions(Context& context, const Request& request) {
    if (auto wrong = nothingSent(request)) return std::move(*wrong);
    if (const auto half = waitingForSecond(context, request)) return asked(context.passkeys->beginSecond(*half), request);
    return asked(context.passkeys->beginSignIn(request), request);
}

Response postSignIn(Context& context, const Request& request) {
    Body body(request);
    const std::string ceremony = body.text("ceremony");
    const Json credential = body.object("credential");
    if (auto wrong = body.finish()) return std::move(*wrong);
    const std::string source = auth::throttleSource(request.client);
    if (const auto wait = context.throttle.attempt(source, kThrottled); wait > 0) return tooManyTries(wait, request.id);
    const auto half = waitingForSecond(context, request);
    auto signed_in = half ? context.passkeys->second(*half, ceremony, credential) : context.passkeys->signIn(request, ceremony, credential);
    if (!signed_in) return signInProblem(signed_in.error(), request);
    context.throttle.succeeded(source, kThrottled);
    return signedInAnswer(context, *signed_in);
}

Response postStepUpOptions(Context& context, const Request& request) {
    if (auto wrong = nothingSent(request)) return std::move(*wrong);
    auto* passkeys = ofAccount(context, request);
    return passkeys ? asked(passkeys->beginStepUp(request), request) : onlyAccounts(request);
}

Response postStepUp(Context& context, const Request& request) {
    Body body(request);
    const std::string ceremony = body.text("ceremony");
    const Json credential = body.object("credential");
    if (auto wrong = body.finish()) return std::move(*wrong);
    auto* passkeys = ofAccount(context, request);
    if (!passkeys) return onlyAccounts(request);
    auto signed_in = passkeys->stepUp(request, ceremony, credential);
    return signed_in ? steppedUpAnswer(context, *signed_in) : signInProblem(signed_in.error(), request);
}

Response postEnrolOptions(Context& context, const Request& request) {
    if (auto wrong = nothingSent(request)) return std::move(*wrong);
    auto* passkeys = ofAccount(context, request);
    return passkeys ? asked(passkeys->beginEnrolment(request), request) : onlyAccounts(request);
}

Response postPasskey(Context& context, const Request& request) {
    Body body(request);
    const std::string ceremony = body.text("ceremony");
    const std::string name = body.text("name");
    const Json credential = body.object("credential");
    if (auto wrong = body.finish()) return std::move(*wrong);
    auto* passkeys = ofAccount(context, request);
    if (!passkeys) return onlyAccounts(request);
    if (auto reason = Passkeys::unusableName(name)) return fieldProblem({{"name", *reason}}, request.id);
    auto enrolled = passkeys->enrol(request, ceremony, name, credential);
    if (!enrolled) return problem(enrolled.error(), request.id);
    Json extra = Json::object({{"passkey", passkeys->shown(enrolled->passkey)}});
    if (!enrolled->recovery_codes.empty()) {
        Json codes = Json::array();
        for (const auto& code : enrolled->recovery_codes) codes.push(code);
        extra.set("recovery_codes", std::move(codes));
    }
    return signedInAnswer(context, enrolled->signed_in, extra);
}

Response patchPasskey(Context& context, const Request& request) {
    Body body(request);
    const std::string name = body.text("name");
    if (auto wrong = body.finish()) return std::move(*wrong);
    auto* passkeys = ofAccount(context, request);
    if (!passkeys) return onlyAccounts(request);
    if (auto reason = Passkeys::unusableName(name)) return fieldProblem({{"name", *reason}}, request.id);
    auto renamed = passkeys->rename(request, idOf(request), name);
    return renamed ? Response::json(Json::object({{"passkey", passkeys->shown(*renamed)}})) : problem(renamed.error(), request.id);
}

Response deletePasskey(Context& context, const Request& request) {
    auto* passkeys = ofAccount(context, request);
    if (!passkeys) return onlyAccounts(request);
    if (Status removed = passkeys->remove(request, idOf(request)); !removed) return problem(removed.error(), request.id);
    return Response::noContent();
}

}  // namespace

std::vector<Route> passkeyRoutes(Context& context) {
    const std::string base = "/admin/api/v1";
    const auto own = Permission::anyAuthenticated();
    std::vector<Route> routes;
    const auto add = [&](const char* method, const std::string& path, const Permission& permission, const char* summary, auto handler) -> Route& {
        routes.push_back({method, base + path, permission, summary, [&context, handler](const Request& r) { return handler(context, r); }});
        routes.back().token_allowed = false;
        routes.back().body_limit = kAnswerLimit;
        return routes.back();
    };
    const auto recorded = [](Route& route, const char* action) {
        route.audit = action;
        route.audit_self = !route.audit.empty();
    };
    add("POST", "/session/passkey/options", Permission::publicAccess(), "Ask for a passkey to sign in with", postSignInOptions);
    add("POST", "/session/passkey", Permission::publicAccess(), "Sign in with a passkey", postSignIn);
    add("POST", "/me/step-up/passkey/options", own, "Ask for a passkey to confirm who I am", postStepUpOptions);
    add("POST", "/me/step-up/passkey", own, "Confirm who I am with a passkey", postStepUp);
    Route& options = add("POST", "/me/passkeys/options", own, "Ask for a new passkey", postEnrolOptions);
    options.step_up = true;
    options.stage = SessionStage::Enrol;
    Route& made = add("POST", "/me/passkeys", own, "Add a passkey", postPasskey);
    made.stage = SessionStage::Enrol;
    recorded(made, "passkey.create");
    recorded(add("PATCH", "/me/passkeys/{id}", own, "Rename a passkey", patchPasskey), "passkey.rename");
    Route& removed = add("DELETE", "/me/passkeys/{id}", own, "Remove a passkey", deletePasskey);
    removed.step_up = true;
    recorded(removed, "passkey.delete");
    return routes;
}

}  // namespace masthead::console::api
