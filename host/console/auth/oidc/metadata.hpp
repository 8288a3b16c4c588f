// A provider's discovery document, checked: the issuer is exactly the configured one, and every endpoint is a place where the
// host may go because of that issuer. Pure (fuzzed).
#pragma once

#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::console::oidc {

struct Metadata {
    std::string issuer;
    std::string authorization_endpoint, token_endpoint, jwks_uri;
    std::string userinfo_endpoint, end_session_endpoint;  // may be empty
    bool names_issuer = false;  // RFC 9207: callbacks carry iss
    bool secret_in_body = false;  // client_secret_post, since client_secret_basic is not offered
};

/// Empty when the text may be an issuer: https without query or fragment; http on this machine only.
std::string issuerProblem(const std::string& issuer);
/// Where its discovery document lies.
std::string discoveryUrl(const std::string& issuer);
/// InvalidArgument for junk, FailedPrecondition for a document of another issuer or without what is needed.
Result<Metadata> parseMetadata(std::string_view text, const std::string& issuer);

/// How an endpoint of `issuer` may be reached.
struct Reach {
    bool private_allowed = false;
    bool typed = false;
};
/// The administrator typed the issuer; other hosts come from its document and do not make themselves private.
Reach reachOf(const std::string& endpoint, const std::string& issuer, bool allow_private);

}  // namespace masthead::console::oidc
