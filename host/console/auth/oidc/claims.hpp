// What an ID token and a logout token must say, after their signature was checked (OpenID Connect Core 3.1.3.7, Back-Channel
// Logout 2.6). Pure; errors are Unauthenticated and name the claim.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::oidc {

inline constexpr std::int64_t kSkewMs = 60'000;
inline constexpr std::int64_t kOldestTokenMs = 10 * 60'000;  // an ID token is used at once
inline constexpr std::int64_t kFreshSignInMs = 5 * 60'000;   // what a step-up accepts

struct IdTokenRules {
    std::string issuer, client_id, nonce;
    std::int64_t now_ms = 0;
    std::string alg;           // of the token, for the hashes
    std::string access_token;  // at_hash
    std::string code;          // c_hash
    std::optional<std::int64_t> signed_in_since_ms;  // step-up: auth_time must be there and not before
};

/// Ok: iss, aud, azp, exp, iat, nbf, nonce, at_hash, c_hash, sub and, when asked for, auth_time hold.
Status checkIdToken(const Json& claims, const IdTokenRules& rules);

struct LogoutRules {
    std::string issuer, client_id;
    std::int64_t now_ms = 0;
};
struct LogoutToken {
    std::string subject, sid;  // one may be empty
    std::string id;            // jti, for refusing it a second time
    std::int64_t expires_ms = 0;
};
/// `typ` is the header's: logout+jwt is required.
Result<LogoutToken> checkLogoutToken(const Json& claims, const std::string& typ, const LogoutRules& rules);

/// 1 to 255 printable ASCII characters.
bool validSubject(const Json& subject);

}  // namespace masthead::console::oidc
