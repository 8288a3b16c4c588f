#include "host/console/auth/webauthn/messages.hpp"

#include <algorithm>

#include "host/base/encoding.hpp"
#include "host/config/public_url.hpp"
#include "host/console/auth/webauthn/authenticator_data.hpp"
#include "host/console/auth/webauthn/cbor.hpp"
#include "host/console/auth/webauthn/cose_key.hpp"

namespace masthead::console::auth::webauthn {
namespace {

constexpr std::size_t kMaxTransports = 8, kMaxTransport = 32;

Error wrong(const std::string& what) { return {Code::InvalidArgument, "the credential's " + what}; }

Json described(const std::vector<Described>& credentials) {
    Json out = Json::array();
    for (const auto& credential : credentials) {
        Json one = Json::object({{"type", "public-key"}, {"id", base64UrlEncode(credential.credential_id)}});
        if (!credential.transports.empty()) {
            Json transports = Json::array();
            for (const auto& transport : credential.transports) transports.push(transport);
            one.set("transports", std::move(transports));
        }
        out.push(std::move(one));
    }
    return out;
}

/// False when missing, no text, no base64url or too long.
bool bytes(const Json& from, std::string_view name, std::size_t limit, std::string& out) {
    const auto decoded = base64UrlDecode(from.text(name));
    if (!from[name].isString() || !decoded || decoded->empty() || decoded->size() > limit) return false;
    out = *decoded;
    return true;
}

/// The members that both ceremonies share.
Status common(const Json& credential, std::string& id, std::string& client_data) {
    if (credential.text("type") != "public-key") return wrong("type is not public-key");
    if (!bytes(credential, "rawId", kMaxCredentialId, id)) return wrong("rawId is not 1 to 1023 bytes in base64url");
    if (credential.text("id") != credential.text("rawId")) return wrong("id and rawId differ");
    if (!credential["response"].isObject()) return wrong("response is missing");
    if (!bytes(credential["response"], "clientDataJSON", 8192, client_data)) return wrong("clientDataJSON is missing or too long");
    return {};
}

/// An IPv4 or IPv6 literal: browsers refuse those as relying parties.
bool isAddress(const std::string& host) {
    return host.find(':') != std::string::npos || (!host.empty() && host.find_first_not_of("0123456789.") == std::string::npos);
}

}  // namespace

RelyingParty relyingPartyOf(const std::string& public_url) {
    const auto parsed = config::parsePublicUrl(public_url);
    if (!parsed || isAddress(parsed->host)) return {};
    return {parsed->host, "Masthead", {parsed->text()}};
}

Json creationOptions(const RelyingParty& rp, const NewUser& user, std::string_view challenge, const std::vector<Described>& exclude) {
    Json algorithms = Json::array();
    for (const auto algorithm : {Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256}) {
        algorithms.push(Json::object({{"type", "public-key"}, {"alg", static_cast<std::int64_t>(algorithm)}}));
    }
    return Json::object({
        {"rp", Json::object({{"id", rp.id}, {"name", rp.name}})},
        {"user", Json::object({{"id", base64UrlEncode(user.handle)}, {"name", user.name}, {"displayName", user.display_name}})},
        {"challenge", base64UrlEncode(challenge)},
        {"pubKeyCredParams", std::move(algorithms)},
        {"timeout", kCeremonyMs},
        {"excludeCredentials", described(exclude)},
        // Signing in without a name needs a discoverable passkey.
        {"authenticatorSelection",
         Json::object({{"residentKey", "required"}, {"requireResidentKey", true}, {"userVerification", "required"}})},
        {"attestation", "none"},
    });
}

Json requestOptions(const RelyingParty& rp, std::string_view challenge, const std::vector<Described>& allowed) {
    return Json::object({{"challenge", base64UrlEncode(challenge)},
                         {"timeout", kCeremonyMs},
                         {"rpId", rp.id},
                         {"allowCredentials", described(allowed)},
                         {"userVerification", "required"}});
}

Result<RegistrationResponse> parseRegistration(const Json& credential) {
    RegistrationResponse out;
    if (Status fits = common(credential, out.credential_id, out.client_data); !fits) return std::move(fits).error();
    const Json& response = credential["response"];
    if (!bytes(response, "attestationObject", kMaxCborBytes, out.attestation_object)) return wrong("attestationObject is missing or too long");
    // Hints for the browser only: odd ones are dropped, not refused.
    for (const auto& transport : response["transports"].items()) {
        const std::string& name = transport.asString();
        const bool plain = !name.empty() && name.size() <= kMaxTransport && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == std::string::npos;
        if (plain && out.transports.size() < kMaxTransports) out.transports.push_back(name);
    }
    std::sort(out.transports.begin(), out.transports.end());
    out.transports.erase(std::unique(out.transports.begin(), out.transports.end()), out.transports.end());
    return out;
}

Result<AssertionResponse> parseAssertion(const Json& credential) {
    AssertionResponse out;
    if (Status fits = common(credential, out.credential_id, out.client_data); !fits) return std::move(fits).error();
    const Json& response = credential["response"];
    if (!bytes(response, "authenticatorData", kMaxCborBytes, out.authenticator_data)) return wrong("authenticatorData is missing or too long");
    if (!bytes(response, "signature", 1024, out.signature)) return wrong("signature is missing or too long");
    if (const Json& handle = response["userHandle"]; !handle.isNull() && handle != Json("")) {
        std::string decoded;
        if (!bytes(response, "userHandle", 64, decoded)) return wrong("userHandle is not 1 to 64 bytes in base64url");
        out.user_handle = std::move(decoded);
    }
    return out;
}

}  // namespace masthead::console::auth::webauthn
