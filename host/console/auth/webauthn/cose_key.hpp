// The public key of a passkey in its COSE form, checked so that no later step meets a key that proves nothing: the point
// lies on P-256, the Ed25519 point has the full order, the RSA modulus has 2048 to 4096 bits and an odd exponent of at
// least 65537. Pure functions; errors are InvalidArgument.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::console::auth::webauthn {

/// The COSE numbers of the algorithms we offer, in the order in which we like them.
enum class Algorithm : std::int64_t { Es256 = -7, EdDsa = -8, Rs256 = -257 };

struct PublicKey {
    Algorithm algorithm = Algorithm::Es256;
    std::string point;     // ES256: x and y, 64 bytes; EdDSA: 32 bytes
    std::string modulus;   // RS256, big endian
    std::string exponent;
};

Result<PublicKey> parsePublicKey(std::string_view cose);

}  // namespace masthead::console::auth::webauthn
