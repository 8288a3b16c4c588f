// The pages a browser sees between a provider and the console: no scripts, one style sheet, English or Chinese as the browser
// asks. Every text from outside is escaped. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "host/console/auth/oidc/sso.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console::api {

/// After a callback. A page of our own, because the session cookie is not sent along a redirect from another site.
Response landingPage(const oidc::Landing& landing, std::string_view accept_language);
/// After a sign-out at the provider.
Response signedOutPage(bool began_here, std::string_view accept_language);
Response pageStyle();

}  // namespace masthead::console::api
