#include "host/console/auth/webauthn/signature.hpp"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <memory>
#include <string>

namespace masthead::console::auth::webauthn {
namespace {

/// The only form that libfido2 1.12 stores: 2048 bits, an exponent of three bytes.
constexpr std::size_t kFidoModulus = 256, kFidoExponent = 3;
/// Hash, flags and counter, nothing else.
constexpr std::size_t kPlainAuthenticatorData = 37;

struct Free {
    void operator()(fido_assert_t* p) const { fido_assert_free(&p); }
    void operator()(es256_pk_t* p) const { es256_pk_free(&p); }
    void operator()(eddsa_pk_t* p) const { eddsa_pk_free(&p); }
    void operator()(rs256_pk_t* p) const { rs256_pk_free(&p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(EVP_PKEY_CTX* p) const { EVP_PKEY_CTX_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
    void operator()(OSSL_PARAM_BLD* p) const { OSSL_PARAM_BLD_free(p); }
    void operator()(OSSL_PARAM* p) const { OSSL_PARAM_free(p); }
    void operator()(BIGNUM* p) const { BN_free(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

const unsigned char* raw(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
Error doesNotFit() { return {Code::InvalidArgument, "the signature does not fit the passkey"}; }
Error unusable(int code) { return {Code::Internal, "the passkey cannot be verified", fido_strerr(code)}; }

/// It also takes outputs of extensions amiss that were not announced to it, and empty ones.
bool fidoKnows(const PublicKey& key, std::string_view authenticator_data) {
    const bool key_fits = key.algorithm != Algorithm::Rs256 || (key.modulus.size() == kFidoModulus && key.exponent.size() == kFidoExponent);
    return key_fits && authenticator_data.size() == kPlainAuthenticatorData;
}

/// FIDO_OK, FIDO_ERR_INVALID_SIG, or what else libfido2 says.
int verifyWith(const fido_assert_t* assertion, const PublicKey& key) {
    if (key.algorithm == Algorithm::Es256) {
        const Owned<es256_pk_t> pk(es256_pk_new());
        const int made = pk ? es256_pk_from_ptr(pk.get(), key.point.data(), key.point.size()) : FIDO_ERR_INTERNAL;
        return made != FIDO_OK ? made : fido_assert_verify(assertion, 0, COSE_ES256, pk.get());
    }
    if (key.algorithm == Algorithm::EdDsa) {
        const Owned<eddsa_pk_t> pk(eddsa_pk_new());
        const int made = pk ? eddsa_pk_from_ptr(pk.get(), key.point.data(), key.point.size()) : FIDO_ERR_INTERNAL;
        return made != FIDO_OK ? made : fido_assert_verify(assertion, 0, COSE_EDDSA, pk.get());
    }
    const std::string both = key.modulus + key.exponent;
    const Owned<rs256_pk_t> pk(rs256_pk_new());
    const int made = pk ? rs256_pk_from_ptr(pk.get(), both.data(), both.size()) : FIDO_ERR_INTERNAL;
    return made != FIDO_OK ? made : fido_assert_verify(assertion, 0, COSE_RS256, pk.get());
}

Owned<EVP_PKEY> rsaKey(const PublicKey& key) {
    const Owned<BIGNUM> n(BN_bin2bn(raw(key.modulus), static_cast<int>(key.modulus.size()), nullptr));
    const Owned<BIGNUM> e(BN_bin2bn(raw(key.exponent), static_cast<int>(key.exponent.size()), nullptr));
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    if (!n || !e || !builder || !context || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    EVP_PKEY* made = nullptr;
    if (!parameters || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    return Owned<EVP_PKEY>(made);
}

Owned<EVP_PKEY> keyOf(const PublicKey& key) {
    if (key.algorithm == Algorithm::Rs256) return rsaKey(key);
    if (key.algorithm == Algorithm::EdDsa) {
        return Owned<EVP_PKEY>(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(key.point), key.point.size()));
    }
    const Owned<es256_pk_t> pk(es256_pk_new());
    if (!pk || es256_pk_from_ptr(pk.get(), key.point.data(), key.point.size()) != FIDO_OK) return nullptr;
    return Owned<EVP_PKEY>(es256_pk_to_EVP_PKEY(pk.get()));
}

}  // namespace

Status verifyAssertionSignature(const PublicKey& key, const SignedAssertion& given) {
    if (given.signature.empty()) return doesNotFit();
    if (!fidoKnows(key, given.authenticator_data)) {
        return verifySignature(key, std::string(given.authenticator_data) + std::string(given.client_data_hash), given.signature);
    }
    const Owned<fido_assert_t> assertion(fido_assert_new());
    if (!assertion) return unusable(FIDO_ERR_INTERNAL);
    fido_assert_t* it = assertion.get();
    for (const int code : {
             fido_assert_set_clientdata_hash(it, raw(given.client_data_hash), given.client_data_hash.size()),
             fido_assert_set_rp(it, std::string(given.rp_id).c_str()),
             fido_assert_set_up(it, FIDO_OPT_TRUE),
             fido_assert_set_uv(it, FIDO_OPT_TRUE),
             fido_assert_set_count(it, 1),
         }) {
        if (code != FIDO_OK) return unusable(code);
    }
    const auto& data = given.authenticator_data;
    if (fido_assert_set_authdata_raw(it, 0, raw(data), data.size()) != FIDO_OK) return doesNotFit();
    if (fido_assert_set_sig(it, 0, raw(given.signature), given.signature.size()) != FIDO_OK) return doesNotFit();
    return verifyWith(it, key) == FIDO_OK ? Status() : Status(doesNotFit());
}

Status verifySignature(const PublicKey& key, std::string_view message, std::string_view signature) {
    const Owned<EVP_PKEY> made = keyOf(key);
    const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
    if (!made || !context) return unusable(FIDO_ERR_INTERNAL);
    const EVP_MD* digest = key.algorithm == Algorithm::EdDsa ? nullptr : EVP_sha256();
    if (EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, made.get()) != 1) return unusable(FIDO_ERR_INTERNAL);
    const int fits = EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(message), message.size());
    return fits == 1 ? Status() : Status(doesNotFit());
}

}  // namespace masthead::console::auth::webauthn
