// Signatures of passkeys. Assertions go through libfido2, which hashes, compares the relying party and the flags once more
// and verifies; what its 1.12 does not know (RSA moduli other than 2048 bits, outputs of extensions that nobody asked for)
// OpenSSL verifies over the same bytes, as it does self attestations. Pure functions.
//
// libfido2 does not look at: challenge, origin and type of the client data, BE and BS, the counter, points of small order,
// bytes behind the authenticator data. Callers have parsed and checked everything else before.
#pragma once

#include <string_view>

#include "host/base/result.hpp"
#include "host/console/auth/webauthn/cose_key.hpp"

namespace masthead::console::auth::webauthn {

struct SignedAssertion {
    std::string_view rp_id;
    std::string_view client_data_hash;    // SHA-256 of the client data
    std::string_view authenticator_data;  // raw; parsed and checked by the caller
    std::string_view signature;
};

/// InvalidArgument when the signature does not fit.
Status verifyAssertionSignature(const PublicKey& key, const SignedAssertion& assertion);
/// The signature of `key` over exactly `message`.
Status verifySignature(const PublicKey& key, std::string_view message, std::string_view signature);

}  // namespace masthead::console::auth::webauthn
