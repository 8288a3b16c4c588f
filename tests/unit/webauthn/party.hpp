// One relying party, one passkey, one challenge: honest registrations and assertions that each test bends at one place.
// refused() wants the reason too: a case that fails for another reason than its own proves nothing.
#pragma once

#include <cppunit/extensions/HelperMacros.h>

#include "host/base/encoding.hpp"
#include "host/console/auth/webauthn/assertion.hpp"
#include "host/console/auth/webauthn/registration.hpp"
#include "tests/support/software_authenticator.hpp"

namespace masthead::console::auth::webauthn {

inline constexpr const char* kOrigin = "https://hs.example.org";

struct Party {
    RelyingParty rp = relyingPartyOf("https://hs.example.org");
    std::string challenge = std::string(32, 'c');
    std::string handle = std::string(32, 'h');
    testing::SoftPasskey passkey;

    Json creation() const { return creationOptions(rp, {handle, "ada@example.org", "Ada"}, challenge, {}); }
    Json request() const { return requestOptions(rp, challenge, {}); }

    testing::Creation honestCreation() { return passkey.create(creation(), kOrigin); }
    Result<NewCredential> enrol(const testing::Creation& made) {
        auto parsed = parseRegistration(made.json());
        if (!parsed) return std::move(parsed).error();
        return verifyRegistration(rp, challenge, *parsed);
    }

    /// The passkey as the server kept it; honest uses come from use().
    KnownCredential registered() {
        auto made = enrol(honestCreation());
        CPPUNIT_ASSERT_MESSAGE(made ? "" : made.error().message, made.ok());
        return {made->public_key, made->sign_count, made->backup_eligible, handle};
    }
    testing::Use use() { return passkey.use(request(), kOrigin); }
    Result<Verified> verify(const KnownCredential& known, const testing::Use& use, bool handle_required = true) {
        auto parsed = parseAssertion(use.json());
        if (!parsed) return std::move(parsed).error();
        return verifyAssertion(rp, challenge, known, *parsed, handle_required);
    }
};

template <typename T>
void accepted(const Result<T>& result) {
    CPPUNIT_ASSERT_MESSAGE(result ? "" : result.error().message, result.ok());
}

template <typename T>
void refused(const Result<T>& result, const std::string& reason) {
    CPPUNIT_ASSERT_MESSAGE("accepted, but should be refused: " + reason, !result.ok());
    CPPUNIT_ASSERT_MESSAGE("refused for '" + result.error().message + "' instead of '" + reason + "'",
                           result.error().message.find(reason) != std::string::npos);
}

}  // namespace masthead::console::auth::webauthn
