#include "host/console/api/sign_in_answer.hpp"

#include "host/base/timestamp.hpp"
#include "host/console/auth/csrf.hpp"
#include "host/console/auth/throttle_devices.hpp"
#include "host/console/http/cookies.hpp"

namespace masthead::console::api {
namespace {

Response withCookie(Context& context, const auth::SignedIn& signed_in, Json body) {
    context.sign_in.announce(signed_in);
    if (signed_in.session.token.empty()) return Response::json(body);
    body.set("csrf", context.csrf.token(signed_in.session.handle));
    Response response = Response::json(body).with("Set-Cookie", sessionCookie(signed_in.session.token));
    if (signed_in.stage == SessionStage::Half) return response;
    return std::move(response).with("Set-Cookie", deviceCookie(context.devices.issue(signed_in.account)));
}

}  // namespace

Response signedInAnswer(Context& context, const auth::SignedIn& signed_in, const Json& extra) {
    Json body = Json::object();
    switch (signed_in.stage) {
        case SessionStage::Half: {
            Json methods = Json::array();
            for (const auto& method : signed_in.methods) methods.push(method);
            body.set("next", "second_factor");
            body.set("methods", std::move(methods));
            break;
        }
        case SessionStage::Enrol: body.set("next", "enrol"); break;
        case SessionStage::Full: body.set("next", "done"); break;
    }
    for (const auto& [name, value] : extra.members()) body.set(name, value);
    return withCookie(context, signed_in, std::move(body));
}

Response steppedUpAnswer(Context& context, const auth::SignedIn& signed_in) {
    return withCookie(context, signed_in, Json::object({{"step_up_until", formatTimestamp(signed_in.fresh_until)}}));
}

Response signInProblem(const Error& error, const Request& request) {
    if (const auto wait = auth::SignIn::retryAfterMs(error); wait > 0) return tooManyTries(wait, request.id);
    if (error.code == Code::InvalidArgument) return problem(400, "wrong_code", "Not right", error.message, request.id);
    return problem(error, request.id);
}

Response tooManyTries(std::int64_t wait_ms, const std::string& request_id) {
    return problem(429, "too_many_tries", "Too many tries", "Too many tries. Wait a little and try again.", request_id, true)
        .with("Retry-After", std::to_string((wait_ms + 999) / 1000));
}

}  // namespace masthead::console::api
