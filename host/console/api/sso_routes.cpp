// Single sign-on: the way to a provider and back, sign-outs, and the providers themselves.
#include <algorithm>

#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/sign_in_answer.hpp"
#include "host/console/api/sso_pages.hpp"
#include "host/console/auth/oidc/single_sign_on.hpp"
#include "host/console/auth/sign_in.hpp"
#include "host/console/auth/throttle.hpp"
#include "host/console/http/cookies.hpp"

namespace masthead::console::api {
namespace {

std::string idOf(const Request& request) { return std::string(request.capture("id")); }

Response postStart(Context& context, const Request& request) {
    Body body(request);
    const std::string return_to = body.optionalText("return_to").value_or("");
    const std::string purpose = body.optionalText("purpose").value_or("sign_in");
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (purpose != "sign_in" && purpose != "step_up") return fieldProblem({{"purpose", "is neither sign_in nor step_up"}}, request.id);
    if (const auto wait = context.sso->rates.take("sso:" + auth::throttleSource(request.client), {20, 60'000}); !wait.allowed)
        return tooManyTries(wait.retry_after_s * 1000, request.id);
    const bool step_up = purpose == "step_up";
    Principal who;
    if (step_up) {
        auto principal = authenticate(context, request, Door::Edge);
        if (!principal) return problem(principal.error(), request.id);
        auto methods = context.sign_in.stepUpMethods(*principal);
        if (!methods) return problem(methods.error(), request.id);
        const bool offered = std::find(methods->begin(), methods->end(), "sso:" + idOf(request)) != methods->end();
        if (!offered || principal->stage != SessionStage::Full)
            return problem(Error{Code::FailedPrecondition, "This session cannot be confirmed through this provider."}, request.id);
        who = std::move(*principal);
    }
    auto begun = context.sso->sso.begin(request, idOf(request), return_to, step_up ? &who : nullptr);
    if (!begun) return problem(begun.error(), request.id);
    return Response::json(Json::object({{"url", begun->url}})).with("Set-Cookie", oidc::browserCookie(begun->browser));
}

Response getCallback(Context& context, const Request& request) {
    const oidc::Landing landing = context.sso->sso.land(request, idOf(request));
    Response page = landingPage(landing, request.header("accept-language"));
    if (landing.kind != oidc::LandingKind::SignedIn && landing.kind != oidc::LandingKind::SteppedUp) return page;
    context.sign_in.announce(landing.signed_in);
    return std::move(page).with("Set-Cookie", sessionCookie(landing.signed_in.session.token));
}

Response getSignedOut(Context& context, const Request& request) {
    return signedOutPage(context.sso->sso.signedOutHere(request.queryValue("state")), request.header("accept-language"));
}

Response postBackChannel(Context& context, const Request& request) {
    if (const auto wait = context.sso->rates.take("logout:" + auth::throttleSource(request.client), {60, 60'000}); !wait.allowed)
        return tooManyTries(wait.retry_after_s * 1000, request.id);
    Status done = context.sso->sso.backChannelLogout(request, idOf(request));
    if (done) return {200, "application/json", "{}", {}, {}};
    if (done.error().code != Code::InvalidArgument) return problem(done.error(), request.id);
    // The shape that providers expect.
    return Response::json(Json::object({{"error", "invalid_request"}, {"error_description", done.error().message}}), 400);
}

Response getProvider(Context& context, const Request& request) {
    Json shown = context.sso->admin.shown(idOf(request));
    if (shown.isNull()) return problem(Error{Code::NotFound, "There is no such provider."}, request.id);
    const std::string tag = etagOf(shown["revision"].asInt());
    return Response::json(Json::object({{"provider", std::move(shown)}})).with("ETag", tag);
}

Response putProvider(Context& context, const Request& request) {
    auto body = parseJson(request.body);
    if (!body || !body->isObject()) return problem(Error{Code::InvalidArgument, "expected a JSON object"}, request.id);
    IfMatch match(request);
    std::vector<FieldError> wrong;
    bool created = false;
    auto changed = context.sso->admin.put(request, idOf(request), std::move(*body), match, wrong, created);
    if (!wrong.empty()) return fieldProblem(wrong, request.id);
    if (!changed && changed.error().code == Code::FailedPrecondition && (match.missing() || match.stale())) return match.problem(request.id);
    if (!changed) return problem(changed.error(), request.id);
    const std::string tag = etagOf((*changed)["revision"].asInt());
    return Response::json(Json::object({{"provider", std::move(*changed)}}), created ? 201 : 200).with("ETag", tag);
}

Response deleteProvider(Context& context, const Request& request) {
    Status removed = context.sso->admin.remove(request, idOf(request));
    return removed ? Response::noContent() : problem(removed.error(), request.id);
}

Response testProvider(Context& context, const Request& request) {
    auto probed = context.sso->sso.probe(idOf(request));
    if (!probed && probed.error().code == Code::NotFound) return problem(probed.error(), request.id);
    if (!probed) return Response::json(Json::object({{"ok", false}, {"error", probed.error().message}}));
    return Response::json(Json::object({{"ok", true}, {"found", std::move(*probed)}}));
}

Route guarded(Route route, const char* action, bool self) {
    route.audit = action;
    route.audit_self = self && !route.audit.empty();
    route.step_up = true;
    route.token_allowed = false;
    return route;
}

}  // namespace

std::vector<Route> ssoRoutes(Context& context) {
    if (context.sso == nullptr) return {};
    const std::string base = "/admin/api/v1/sso";
    const auto read = Permission::named("core.sso.read"), manage = Permission::named("core.sso.manage");
    const auto anybody = Permission::publicAccess();
    std::vector<Route> routes;
    routes.push_back({"POST", base + "/{id}/start", anybody, "Begin a sign-in or a step-up through a provider", [&](const Request& r) { return postStart(context, r); }});
    routes.back().body_limit = 4 * 1024;
    routes.push_back({"GET", base + "/{id}/callback", anybody, "Where a provider sends the browser back to", [&](const Request& r) { return getCallback(context, r); }});
    routes.push_back({"GET", base + "/{id}/signed-out", anybody, "Where a provider sends the browser after a sign-out", [&](const Request& r) { return getSignedOut(context, r); }});
    routes.push_back({"POST", base + "/{id}/backchannel-logout", anybody, "A provider says that a person signed out there", [&](const Request& r) { return postBackChannel(context, r); }});
    routes.back().same_origin = false;
    routes.back().json_body = false;
    routes.push_back({"GET", base + "/page.css", anybody, "The style sheet of the pages in between", [](const Request&) { return pageStyle(); }});
    routes.push_back({"GET", base + "/providers", read, "Every provider of single sign-on", [&](const Request&) { return Response::json(context.sso->admin.list()); }});
    routes.push_back({"GET", base + "/providers/{id}", read, "One provider of single sign-on", [&](const Request& r) { return getProvider(context, r); }});
    routes.push_back(guarded({"PUT", base + "/providers/{id}", manage, "Create or change a provider", [&](const Request& r) { return putProvider(context, r); }},
                             "sso.provider.change", true));
    routes.push_back(guarded({"DELETE", base + "/providers/{id}", manage, "Delete a provider", [&](const Request& r) { return deleteProvider(context, r); }},
                             "sso.provider.delete", true));
    routes.push_back(guarded({"POST", base + "/providers/{id}/test", manage, "Ask a provider for its documents", [&](const Request& r) { return testProvider(context, r); }},
                             "sso.provider.test", false));
    return routes;
}

}  // namespace masthead::console::api
