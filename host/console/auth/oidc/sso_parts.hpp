// What Sso's own files share: a sign-in under way, and the person a provider vouched for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/console/auth/oidc/claims.hpp"
#include "host/console/auth/oidc/sso.hpp"

namespace masthead::console::oidc {

/// What the callback needs to know of its beginning.
struct Sso::Pending {
    std::string nonce, verifier, return_to;
    std::string session;       // step-up: the handle of the session
    std::int64_t account = 0;  // step-up: whose
    std::int64_t begun_at = 0;

    bool stepUp() const { return !session.empty(); }
    std::string text() const;
    static Result<Pending> of(const std::string& text);
};

struct Sso::Person {
    std::string subject, sid, id_token;
    std::string email;  // as claimed
    bool email_verified = false;
    std::string name;
    std::vector<std::string> roles;
    std::size_t groups = 0;  // how many were named

    static Person of(const Json& claims, const config::SsoProvider& settings, const std::string& id_token);
};

/// Whether the claims have anything under the group claim's name or path.
bool hasClaim(const Json& claims, const std::string& claim);

}  // namespace masthead::console::oidc
