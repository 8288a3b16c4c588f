#include "host/console/auth/oidc/claims.hpp"

#include <algorithm>
#include <cmath>

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"
#include "host/console/auth/oidc/jwt.hpp"

namespace masthead::console::oidc {
namespace {

constexpr const char* kLogoutEvent = "http://schemas.openid.net/event/backchannel-logout";
constexpr double kLatestSecond = 253402300799;  // the year 9999

Error wrong(const std::string& why) { return {Code::Unauthenticated, "the token is not for this sign-in: " + why}; }

/// A NumericDate in ms; nullopt when it is none.
std::optional<std::int64_t> time(const Json& value) {
    if (!value.isNumber()) return std::nullopt;
    const double seconds = value.asDouble();
    if (!(seconds >= 0 && seconds <= kLatestSecond)) return std::nullopt;
    return static_cast<std::int64_t>(std::floor(seconds * 1000));
}

/// iss, aud with azp, exp, iat, nbf: the same for both kinds.
Status checkFrame(const Json& claims, const std::string& issuer, const std::string& client_id, std::int64_t now) {
    if (!claims["iss"].isString() || claims.text("iss") != issuer) return wrong("iss is not the provider's issuer");
    const Json& aud = claims["aud"];
    bool for_us = aud.isString() && aud.asString() == client_id;
    for (const auto& one : aud.items()) {
        if (!one.isString()) return wrong("aud holds something that is not a text");
        for_us = for_us || one.asString() == client_id;
    }
    if (!for_us) return wrong("aud does not name this client");
    if (aud.items().size() > 1 && !claims.has("azp")) return wrong("aud names several clients and azp is missing");
    if (claims.has("azp") && (!claims["azp"].isString() || claims.text("azp") != client_id)) return wrong("azp is another client");
    const auto exp = time(claims["exp"]), iat = time(claims["iat"]);
    if (!exp) return wrong("exp is missing");
    if (!iat) return wrong("iat is missing");
    if (now >= *exp + kSkewMs) return wrong("it has expired; look at both clocks");
    if (*iat > now + kSkewMs) return wrong("iat lies in the future; look at both clocks");
    if (*iat < now - kOldestTokenMs - kSkewMs) return wrong("it was issued too long ago; look at both clocks");
    if (claims.has("nbf")) {
        const auto nbf = time(claims["nbf"]);
        if (!nbf || *nbf > now + kSkewMs) return wrong("nbf lies in the future; look at both clocks");
    }
    return {};
}

Status checkHash(const Json& claims, const char* name, const std::string& alg, const std::string& value) {
    if (!claims.has(name)) return {};
    if (!claims[name].isString() || value.empty() || !equalConstantTime(claims.text(name), halfHash(alg, value)))
        return wrong(std::string(name) + " does not fit");
    return {};
}

}  // namespace

bool validSubject(const Json& subject) {
    const std::string& text = subject.asString();
    return subject.isString() && !text.empty() && text.size() <= 255 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Status checkIdToken(const Json& claims, const IdTokenRules& rules) {
    if (Status frame = checkFrame(claims, rules.issuer, rules.client_id, rules.now_ms); !frame) return frame;
    if (!validSubject(claims["sub"])) return wrong("sub is not 1 to 255 ASCII characters");
    if (rules.nonce.empty() || !claims["nonce"].isString() || !equalConstantTime(claims.text("nonce"), rules.nonce))
        return wrong("nonce is missing or of another sign-in");
    if (Status fits = checkHash(claims, "at_hash", rules.alg, rules.access_token); !fits) return fits;
    if (Status fits = checkHash(claims, "c_hash", rules.alg, rules.code); !fits) return fits;
    if (rules.signed_in_since_ms) {
        const auto at = time(claims["auth_time"]);
        if (!at) return wrong("auth_time is missing, so the provider does not say whether the person signed in again");
        if (*at + kSkewMs < *rules.signed_in_since_ms || *at + kFreshSignInMs + kSkewMs < rules.now_ms || *at > rules.now_ms + kSkewMs)
            return wrong("the provider did not ask the person to sign in again");
    }
    return {};
}

Result<LogoutToken> checkLogoutToken(const Json& claims, const std::string& typ, const LogoutRules& rules) {
    if (!equalsIgnoreCase(typ, "logout+jwt") && !equalsIgnoreCase(typ, "application/logout+jwt"))
        return Error{Code::Unauthenticated, "the logout token's type is not logout+jwt"};
    if (Status frame = checkFrame(claims, rules.issuer, rules.client_id, rules.now_ms); !frame) return std::move(frame).error();
    if (claims.has("nonce")) return wrong("a logout token must not have a nonce");
    if (!claims["events"].isObject() || !claims["events"][kLogoutEvent].isObject()) return wrong("events does not name a back-channel logout");
    if (claims.has("sub") && !validSubject(claims["sub"])) return wrong("sub is not 1 to 255 ASCII characters");
    if (claims.has("sid") && (!claims["sid"].isString() || claims.text("sid").empty() || claims.text("sid").size() > 255))
        return wrong("sid is not a text of 1 to 255 bytes");
    if (!claims.has("sub") && !claims.has("sid")) return wrong("it names neither sub nor sid");
    if (!claims["jti"].isString() || claims.text("jti").empty() || claims.text("jti").size() > 255) return wrong("jti is missing");
    return LogoutToken{claims.text("sub"), claims.text("sid"), claims.text("jti"), *time(claims["exp"])};
}

}  // namespace masthead::console::oidc
