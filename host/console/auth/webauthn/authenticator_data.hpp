// Authenticator data: what the authenticator itself says and signs. Parsed without a byte left over.
// Pure functions; errors are InvalidArgument.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::console::auth::webauthn {

struct AttestedCredential {
    std::string aaguid;         // 16 bytes: the make of the authenticator, or zeros
    std::string credential_id;  // 1 to 1023 bytes
    std::string public_key;     // COSE, as sent
};

struct AuthenticatorData {
    std::string rp_id_hash;
    bool user_present = false;
    bool user_verified = false;
    bool backup_eligible = false;
    bool backed_up = false;
    std::uint32_t sign_count = 0;
    std::optional<AttestedCredential> attested;
    std::set<std::string> extensions;  // names only: none are asked for, so none are believed
};

inline constexpr std::size_t kMaxCredentialId = 1023;

Result<AuthenticatorData> parseAuthenticatorData(std::string_view bytes);
/// For this relying party, by a verified user, and with flags that do not contradict each other.
Status checkAuthenticatorData(const AuthenticatorData& data, std::string_view rp_id);

}  // namespace masthead::console::auth::webauthn
