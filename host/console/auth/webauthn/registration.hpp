// Registration, the steps of W3C Web Authentication 7.1 that need no database: is this answer a new passkey for us?
// Pure function; errors are InvalidArgument and say which step failed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"
#include "host/console/auth/webauthn/cose_key.hpp"
#include "host/console/auth/webauthn/messages.hpp"

namespace masthead::console::auth::webauthn {

struct NewCredential {
    std::string credential_id;
    std::string public_key;  // COSE
    Algorithm algorithm = Algorithm::Es256;
    std::uint32_t sign_count = 0;
    bool backup_eligible = false;
    bool backed_up = false;
    std::string aaguid;
    std::vector<std::string> transports;
};

/// Attestation: "none" or a packed self attestation (which proves possession of the key only). Others were not asked for
/// and are refused.
Result<NewCredential> verifyRegistration(const RelyingParty& rp, std::string_view challenge, const RegistrationResponse& response);

}  // namespace masthead::console::auth::webauthn
