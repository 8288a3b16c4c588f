#include "host/console/auth/webauthn/cose_key.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/obj_mac.h>
#include <sodium.h>

#include <memory>

#include "host/console/auth/webauthn/cbor.hpp"

namespace masthead::console::auth::webauthn {
namespace {

// Labels and values of RFC 9052 and RFC 9053.
constexpr std::int64_t kKeyType = 1, kAlgorithm = 3, kCurve = -1, kX = -2, kY = -3, kModulus = -1, kExponent = -2;
constexpr std::int64_t kOkp = 1, kEc2 = 2, kRsa = 3, kP256 = 1, kEd25519 = 6;
constexpr std::size_t kCoordinate = 32;
constexpr int kMinRsaBits = 2048, kMaxRsaBits = 4096;

const unsigned char* raw(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }
Error wrong(const std::string& what) { return {Code::InvalidArgument, "the public key " + what}; }

/// False also when the member is missing.
bool integerIs(const Cbor& key, std::int64_t label, std::int64_t value) {
    const Cbor* found = key.find(label);
    return found && found->is(Cbor::Kind::Integer) && found->integer == value;
}

const std::string* bytesOf(const Cbor& key, std::int64_t label) {
    const Cbor* found = key.find(label);
    return found && found->is(Cbor::Kind::Bytes) ? &found->text : nullptr;
}

struct FreeOpenSsl {
    void operator()(BIGNUM* p) const { BN_free(p); }
    void operator()(EC_GROUP* p) const { EC_GROUP_free(p); }
    void operator()(EC_POINT* p) const { EC_POINT_free(p); }
};
using Number = std::unique_ptr<BIGNUM, FreeOpenSsl>;

bool onP256(const std::string& point) {
    const std::unique_ptr<EC_GROUP, FreeOpenSsl> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    const std::unique_ptr<EC_POINT, FreeOpenSsl> decoded(group ? EC_POINT_new(group.get()) : nullptr);
    const std::string uncompressed = "\x04" + point;
    // Decoding refuses coordinates beyond the field and points off the curve; the curve's cofactor is one.
    return decoded && EC_POINT_oct2point(group.get(), decoded.get(), raw(uncompressed), uncompressed.size(), nullptr) == 1 &&
           EC_POINT_is_at_infinity(group.get(), decoded.get()) == 0;
}

Result<PublicKey> ellipticKey(const Cbor& key) {
    if (!integerIs(key, kKeyType, kEc2) || !integerIs(key, kCurve, kP256) || key.keys.size() != 5) {
        return wrong("says ES256 but is not a P-256 key");
    }
    const std::string* x = bytesOf(key, kX);
    const std::string* y = bytesOf(key, kY);
    if (!x || !y || x->size() != kCoordinate || y->size() != kCoordinate) return wrong("lacks coordinates of 32 bytes");
    PublicKey out{Algorithm::Es256, *x + *y, {}, {}};
    if (!onP256(out.point)) return wrong("is not a point on P-256");
    return out;
}

Result<PublicKey> edwardsKey(const Cbor& key) {
    if (!integerIs(key, kKeyType, kOkp) || !integerIs(key, kCurve, kEd25519) || key.keys.size() != 4) {
        return wrong("says EdDSA but is not an Ed25519 key");
    }
    const std::string* x = bytesOf(key, kX);
    if (!x || x->size() != kCoordinate) return wrong("lacks a point of 32 bytes");
    // OpenSSL takes points of small order, under which a signature of zeros fits any message.
    if (sodium_init() < 0 || crypto_core_ed25519_is_valid_point(raw(*x)) != 1) return wrong("is not a point of full order on Ed25519");
    return PublicKey{Algorithm::EdDsa, *x, {}, {}};
}

Result<PublicKey> rsaKey(const Cbor& key) {
    if (!integerIs(key, kKeyType, kRsa) || key.keys.size() != 4) return wrong("says RS256 but is not an RSA key");
    const std::string* n = bytesOf(key, kModulus);
    const std::string* e = bytesOf(key, kExponent);
    if (!n || !e || n->empty() || e->empty() || n->front() == '\0' || e->front() == '\0' || n->size() > kMaxRsaBits / 8 || e->size() > 4) {
        return wrong("lacks a modulus or an exponent of an acceptable length");
    }
    const Number modulus(BN_bin2bn(raw(*n), static_cast<int>(n->size()), nullptr));
    const Number exponent(BN_bin2bn(raw(*e), static_cast<int>(e->size()), nullptr));
    if (!modulus || !exponent) return Error{Code::Internal, "out of memory"};
    if (BN_num_bits(modulus.get()) < kMinRsaBits || !BN_is_odd(modulus.get())) return wrong("is an RSA key of fewer than 2048 bits or an even one");
    if (BN_get_word(exponent.get()) < 65537 || !BN_is_odd(exponent.get())) return wrong("has an RSA exponent below 65537 or an even one");
    return PublicKey{Algorithm::Rs256, {}, *n, *e};
}

}  // namespace

Result<PublicKey> parsePublicKey(std::string_view cose) {
    auto decoded = decodeCbor(cose);
    if (!decoded) return std::move(decoded).error();
    if (!decoded->is(Cbor::Kind::Map)) return wrong("is not a map");
    if (integerIs(*decoded, kAlgorithm, static_cast<std::int64_t>(Algorithm::Es256))) return ellipticKey(*decoded);
    if (integerIs(*decoded, kAlgorithm, static_cast<std::int64_t>(Algorithm::EdDsa))) return edwardsKey(*decoded);
    if (integerIs(*decoded, kAlgorithm, static_cast<std::int64_t>(Algorithm::Rs256))) return rsaKey(*decoded);
    return wrong("is of an algorithm that was not offered");
}

}  // namespace masthead::console::auth::webauthn
