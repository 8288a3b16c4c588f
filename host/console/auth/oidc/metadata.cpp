#include "host/console/auth/oidc/metadata.hpp"

#include <algorithm>

#include "host/base/json.hpp"
#include "host/console/net/address_policy.hpp"
#include "host/console/net/url.hpp"

namespace masthead::console::oidc {
namespace {

Error unusable(const std::string& why) { return {Code::FailedPrecondition, "the provider's discovery document is not usable: " + why}; }

bool thisMachine(const std::string& host) { return host == "localhost" || host == "127.0.0.1" || host == "::1"; }

bool holds(const Json& list, const char* value) {
    return std::any_of(list.items().begin(), list.items().end(), [&](const Json& one) { return one.isString() && one.asString() == value; });
}

/// https; plain http only to the host of an issuer that is itself plain http.
std::string endpointProblem(const std::string& text, const net::Url& issuer) {
    const auto url = net::parseUrl(text);
    if (!url) return url.error().message;
    if (!url->tls && (issuer.tls || url->host != issuer.host)) return "is not https";
    return {};
}

}  // namespace

std::string issuerProblem(const std::string& issuer) {
    const auto url = net::parseUrl(issuer);
    if (!url) return url.error().message;
    if (url->target.find('?') != std::string::npos) return "has a query, which an issuer must not have";
    if (!url->tls && !thisMachine(url->host)) return "is not https (plain http is for this machine only)";
    return {};
}

std::string discoveryUrl(const std::string& issuer) {
    const bool slash = !issuer.empty() && issuer.back() == '/';
    return issuer.substr(0, issuer.size() - (slash ? 1 : 0)) + "/.well-known/openid-configuration";
}

Result<Metadata> parseMetadata(std::string_view text, const std::string& issuer) {
    auto document = parseJson(text, kNetworkJson);
    if (!document || !document->isObject()) {
        return Error{Code::InvalidArgument,
                     "the provider's discovery document is not acceptable: " + (document ? std::string("no JSON object") : document.error().message)};
    }
    const auto issuer_url = net::parseUrl(issuer);
    if (!issuer_url) return Error{Code::InvalidArgument, "the issuer " + issuer_url.error().message};
    Metadata out;
    out.issuer = document->text("issuer");
    if (out.issuer != issuer) return unusable("it is for another issuer; the issuer in the settings must be the same to the letter");
    const struct {
        const char* name;
        std::string& target;
        bool required;
    } endpoints[] = {{"authorization_endpoint", out.authorization_endpoint, true}, {"token_endpoint", out.token_endpoint, true},
                     {"jwks_uri", out.jwks_uri, true},                             {"userinfo_endpoint", out.userinfo_endpoint, false},
                     {"end_session_endpoint", out.end_session_endpoint, false}};
    for (const auto& endpoint : endpoints) {
        if (!document->has(endpoint.name) && !endpoint.required) continue;
        endpoint.target = document->text(endpoint.name);
        if (const std::string problem = endpointProblem(endpoint.target, *issuer_url); !problem.empty()) return unusable(std::string(endpoint.name) + " " + problem);
    }
    const Json& types = (*document)["response_types_supported"];
    if (types.isArray() && !holds(types, "code")) return unusable("it does not offer the response type \"code\"");
    const Json& challenges = (*document)["code_challenge_methods_supported"];
    if (challenges.isArray() && !holds(challenges, "S256")) return unusable("it does not offer PKCE with S256");
    const Json& methods = (*document)["token_endpoint_auth_methods_supported"];
    out.secret_in_body = methods.isArray() && !holds(methods, "client_secret_basic") && holds(methods, "client_secret_post");
    out.names_issuer = (*document)["authorization_response_iss_parameter_supported"].asBool();
    return out;
}

Reach reachOf(const std::string& endpoint, const std::string& issuer, bool allow_private) {
    const auto url = net::parseUrl(endpoint), home = net::parseUrl(issuer);
    if (!url || !home) return {};
    if (url->host == home->host) return {allow_private, true};
    return {allow_private || net::typedPrivate(home->host), false};
}

}  // namespace masthead::console::oidc
