// The JSON forms that pass between a page and us (W3C Web Authentication, JSON serialisations): the options that we send
// and the credentials that come back. Pure functions; errors are InvalidArgument and name the member.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::auth::webauthn {

/// Us, as passkeys know us: fixed by public_url.
struct RelyingParty {
    std::string id;    // the host name; empty when it cannot carry passkeys (an address)
    std::string name;
    std::vector<std::string> origins;
};
RelyingParty relyingPartyOf(const std::string& public_url);

/// A credential that a page may use again, or must not make again.
struct Described {
    std::string credential_id;
    std::vector<std::string> transports;
};

struct NewUser {
    std::string handle;  // raw bytes; says nothing about the person
    std::string name;
    std::string display_name;
};

inline constexpr std::int64_t kCeremonyMs = 5 * 60 * 1000;

/// PublicKeyCredentialCreationOptionsJSON: discoverable, user verified, no attestation.
Json creationOptions(const RelyingParty& rp, const NewUser& user, std::string_view challenge, const std::vector<Described>& exclude);
/// PublicKeyCredentialRequestOptionsJSON; without `allowed` the person picks an account on the device.
Json requestOptions(const RelyingParty& rp, std::string_view challenge, const std::vector<Described>& allowed);

/// Decoded from base64url; the id has been held against rawId.
struct RegistrationResponse {
    std::string credential_id;
    std::string client_data;
    std::string attestation_object;
    std::vector<std::string> transports;
};
Result<RegistrationResponse> parseRegistration(const Json& credential);

struct AssertionResponse {
    std::string credential_id;
    std::string client_data;
    std::string authenticator_data;
    std::string signature;
    std::optional<std::string> user_handle;
};
Result<AssertionResponse> parseAssertion(const Json& credential);

}  // namespace masthead::console::auth::webauthn
