// JSON Web Tokens, compact and signed. parseJwt() takes one apart without believing any of it; verifyJwt() believes it when a
// key of the set made the signature. Accepted: RS256, PS256, ES256, EdDSA, each only with a key of its type. Pure (fuzzed).
#pragma once

#include <string>
#include <string_view>

#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/oidc/jwk.hpp"

namespace masthead::console::oidc {

inline constexpr std::size_t kMaxToken = std::size_t{512} << 10;

struct Jwt {
    std::string alg, kid, typ;  // from the header, unverified
    bool has_kid = false;
    Json claims;
    std::string signed_part;
    std::string signature;
};

/// InvalidArgument: not three parts, bad encoding, `crit`, no plain `alg`, an encrypted token.
Result<Jwt> parseJwt(std::string_view text);
/// NotFound: no key fits its kid, so that fetching the keys again may help. Unauthenticated: everything else.
Status verifyJwt(const Jwt& token, const JwkSet& keys);
/// at_hash and c_hash of `value` for a token signed with `alg`.
std::string halfHash(const std::string& alg, std::string_view value);

}  // namespace masthead::console::oidc
