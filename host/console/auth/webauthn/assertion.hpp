// Authentication, the steps of W3C Web Authentication 7.2 that need no database: did this passkey answer our challenge?
// Pure function; errors are InvalidArgument and say which step failed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/console/auth/webauthn/messages.hpp"

namespace masthead::console::auth::webauthn {

/// What was kept at registration.
struct KnownCredential {
    std::string public_key;  // COSE
    std::uint32_t sign_count = 0;
    bool backup_eligible = false;
    std::string user_handle;
};

struct Verified {
    std::uint32_t sign_count = 0;
    bool backed_up = false;
    /// The counter did not grow though it counts: a second copy of the key may exist. The rest was right, so only the holder
    /// of the key can cause this. Nobody may be signed in by it.
    bool counter_regressed = false;
};

/// `handle_required`: nobody had said who they are, so the passkey must.
Result<Verified> verifyAssertion(const RelyingParty& rp, std::string_view challenge, const KnownCredential& known, const AssertionResponse& response,
                                 bool handle_required);

}  // namespace masthead::console::auth::webauthn
