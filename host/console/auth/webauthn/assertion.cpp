#include "host/console/auth/webauthn/assertion.hpp"

#include "host/base/encoding.hpp"
#include "host/console/auth/webauthn/authenticator_data.hpp"
#include "host/console/auth/webauthn/client_data.hpp"
#include "host/console/auth/webauthn/cose_key.hpp"
#include "host/console/auth/webauthn/signature.hpp"

namespace masthead::console::auth::webauthn {
namespace {

Error wrong(const std::string& what) { return {Code::InvalidArgument, what}; }

}  // namespace

Result<Verified> verifyAssertion(const RelyingParty& rp, std::string_view challenge, const KnownCredential& known, const AssertionResponse& response,
                                 bool handle_required) {
    if (response.user_handle ? !equalConstantTime(*response.user_handle, known.user_handle) : handle_required) {
        return wrong("the user handle is not that of the passkey's owner");
    }
    const ExpectedClientData expected{"webauthn.get", std::string(challenge), rp.origins};
    if (Status fits = checkClientData(response.client_data, expected); !fits) return std::move(fits).error();

    auto parsed = parseAuthenticatorData(response.authenticator_data);
    if (!parsed) return std::move(parsed).error();
    if (Status fits = checkAuthenticatorData(*parsed, rp.id); !fits) return std::move(fits).error();
    if (parsed->attested) return wrong("the authenticator data holds a new credential, but none was asked for");
    if (parsed->backup_eligible != known.backup_eligible) return wrong("the passkey's eligibility for backup has changed since it was registered");

    auto key = parsePublicKey(known.public_key);
    if (!key) return std::move(key).error();
    const std::string hash = sha256(response.client_data);
    const SignedAssertion signed_bytes{rp.id, hash, response.authenticator_data, response.signature};
    if (Status fits = verifyAssertionSignature(*key, signed_bytes); !fits) return std::move(fits).error();

    const bool counts = parsed->sign_count != 0 || known.sign_count != 0;
    return Verified{parsed->sign_count, parsed->backed_up, counts && parsed->sign_count <= known.sign_count};
}

}  // namespace masthead::console::auth::webauthn
