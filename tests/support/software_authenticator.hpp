// An authenticator in software, every bit of which a test may bend: it makes the keys, authenticator data, attestations and
// signatures that a passkey would, from parts that are plain public fields. For tests only; OpenSSL makes the keys.
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::testing {

// CBOR, written by hand so that it can also be written wrongly.
std::string cborHead(unsigned major, std::uint64_t value);
std::string cborInt(std::int64_t value);
std::string cborBytes(std::string_view bytes);
std::string cborText(std::string_view text);
/// Keys and values already encoded.
std::string cborMap(const std::vector<std::pair<std::string, std::string>>& members);

class SoftKey {
public:
    static SoftKey es256();
    static SoftKey ed25519();
    static SoftKey rsa(unsigned bits, unsigned long exponent = 65537);

    int algorithm = -7;
    std::string point, modulus, exponent;
    std::string cose() const;
    std::string sign(std::string_view message) const;
    /// The pair as DER (PKCS#8), for a second holder of the key.
    std::shared_ptr<EVP_PKEY> pair;
};

namespace flag {
inline constexpr unsigned kUserPresent = 0x01, kUserVerified = 0x04, kBackupEligible = 0x08, kBackedUp = 0x10, kAttested = 0x40, kExtensions = 0x80;
}

/// What an authenticator says, part by part.
struct AuthenticatorParts {
    std::string rp_id = "hs.example.org";
    std::string rp_id_hash = {};  // instead of rp_id
    unsigned flags = flag::kUserPresent | flag::kUserVerified;
    std::uint32_t sign_count = 0;
    std::string aaguid = std::string(16, '\0');
    std::string credential_id = {};
    std::string cose = {};
    std::string extensions = {};  // CBOR; sets no flag by itself
    std::string trailing = {};

    std::string assemble() const;
};

/// {"type","challenge","origin","crossOrigin"} as browsers write it.
Json clientData(const std::string& type, std::string_view challenge, const std::string& origin);

/// A registration on its way to the server.
struct Creation {
    std::string client_data;
    AuthenticatorParts authenticator;
    std::string format = "none";
    std::string statement = cborMap({});
    std::string trailing = {};
    std::string attestation_object = {};  // instead of the parts above
    std::vector<std::string> transports = {"internal"};

    std::string attestation() const;
    /// RegistrationResponseJSON
    Json json() const;
};

/// An assertion on its way to the server.
struct Use {
    std::string client_data;
    AuthenticatorParts authenticator;
    std::string credential_id;
    std::string user_handle;  // empty: not sent
    std::string signature = {};
    std::string authenticator_data = {};  // instead of the parts above

    std::string data() const;
    void sign(const SoftKey& key);
    /// AuthenticationResponseJSON
    Json json() const;
};

/// One passkey on a device: answers options as an honest browser would.
struct SoftPasskey {
    SoftKey key = SoftKey::es256();
    std::string credential_id;
    std::string user_handle;
    std::string rp_id;
    std::uint32_t sign_count = 0;  // stays zero like that of synced passkeys unless `counts`
    bool counts = false;
    unsigned extra_flags = 0;

    Creation create(const Json& creation_options, const std::string& origin);
    /// Not signed yet: bend it, then Use::sign.
    Use use(const Json& request_options, const std::string& origin);
    /// Signed.
    Use answer(const Json& request_options, const std::string& origin);
};

}  // namespace masthead::testing
