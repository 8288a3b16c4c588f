// The answers of every call that signs in, completes a sign-in or steps up: `next` and the cookie, or what went wrong. One
// place, so that all of them look the same whatever the factor.
#pragma once

#include "host/console/api/context.hpp"
#include "host/console/auth/sign_in.hpp"

namespace masthead::console::api {

/// 200 {"next":"done"|"enrol"|"second_factor","methods"?,"csrf"} with the new cookie, after announcing the session. `csrf` is
/// the token for the new cookie's writes. `extra` members are added. Call after the commit.
Response signedInAnswer(Context& context, const auth::SignedIn& signed_in, const Json& extra = Json::object());
/// The same after a step-up: {"step_up_until","csrf"}.
Response steppedUpAnswer(Context& context, const auth::SignedIn& signed_in);
/// An error of SignIn: 429 too_many_tries with Retry-After, 400 wrong_code, else the usual problem.
Response signInProblem(const Error& error, const Request& request);
Response tooManyTries(std::int64_t wait_ms, const std::string& request_id);

}  // namespace masthead::console::api
