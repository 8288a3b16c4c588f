// Links that let a person set a password: what a link is for, and using it. Public; the token is in the body, never in an URL.
#include "host/base/timestamp.hpp"
#include "host/console/api/body.hpp"
#include "host/console/api/context.hpp"
#include "host/console/api/sign_in_answer.hpp"
#include "host/console/auth/links.hpp"
#include "host/console/auth/password_rules.hpp"
#include "host/console/auth/throttle.hpp"

namespace masthead::console::api {
namespace {

/// Guessing a link is hopeless at 256 bits; this keeps it from being noise.
std::int64_t waitFor(Context& context, const Request& request) { return context.throttle.attemptSource(auth::throttleSource(request.client)); }
void fine(Context& context, const Request& request) { context.throttle.returnSource(auth::throttleSource(request.client)); }

Response postLook(Context& context, const Request& request) {
    Body body(request);
    const std::string token = body.text("token");
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (const auto wait = waitFor(context, request); wait > 0) return tooManyTries(wait, request.id);
    auto link = context.links.look(token);
    if (!link) return problem(link.error(), request.id);
    fine(context, request);
    return Response::json(
        Json::object({{"kind", link->kind}, {"email", link->email}, {"name", link->name}, {"expires_at", formatTimestamp(link->expires_at)}}));
}

Response postAccept(Context& context, const Request& request) {
    Body body(request);
    const std::string token = body.text("token");
    const std::string password = body.text("password");
    if (auto wrong = body.finish()) return std::move(*wrong);
    if (auto reason = auth::unusablePassword(password)) return fieldProblem({{"password", *reason}}, request.id);
    if (const auto wait = waitFor(context, request); wait > 0) return tooManyTries(wait, request.id);
    auto accepted = context.links.accept(request, token, password);
    if (!accepted && accepted.error().code == Code::InvalidArgument) {
        fine(context, request);  // the link was right
        return fieldProblem({{"password", accepted.error().message}}, request.id);
    }
    if (!accepted) return problem(accepted.error(), request.id);
    fine(context, request);
    if (accepted->signed_in) return signedInAnswer(context, *accepted->signed_in, Json::object({{"kind", accepted->kind}}));
    return Response::json(Json::object({{"next", "sign_in"}, {"kind", accepted->kind}}));
}

}  // namespace

std::vector<Route> linkRoutes(Context& context) {
    const std::string base = "/admin/api/v1/links";
    std::vector<Route> routes;
    routes.push_back({"POST", base + "/look", Permission::publicAccess(), "What an invitation or reset link is for",
                      [&](const Request& r) { return postLook(context, r); }});
    routes.back().body_limit = 16 * 1024;
    routes.push_back({"POST", base + "/accept", Permission::publicAccess(), "Set a password by an invitation or reset link",
                      [&](const Request& r) { return postAccept(context, r); }});
    routes.back().body_limit = 16 * 1024;
    return routes;
}

}  // namespace masthead::console::api
