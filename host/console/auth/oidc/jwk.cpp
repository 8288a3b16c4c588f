#include "host/console/auth/oidc/jwk.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <optional>

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"

namespace masthead::console::oidc {
namespace {

constexpr std::size_t kMaxKeys = 100;
constexpr std::size_t kMaxKid = 256;
constexpr int kLeastRsaBits = 2048, kMostRsaBits = 8192;  // above, one signature costs too much to check

template <auto free_>
struct Free {
    template <typename T>
    void operator()(T* object) const {
        free_(object);
    }
};
using Key = std::shared_ptr<EVP_PKEY>;
using Bignum = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;

const unsigned char* raw(const std::string& bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

Key fromParameters(const char* type, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
    const Context context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* made = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    Key key(made, EVP_PKEY_free);
    const Context check(EVP_PKEY_CTX_new_from_pkey(nullptr, made, nullptr));
    if (!check || EVP_PKEY_public_check(check.get()) != 1) return nullptr;
    return key;
}

Key rsa(const Json& jwk) {
    const auto n = base64UrlDecode(jwk.text("n")), e = base64UrlDecode(jwk.text("e"));
    if (!n || !e || n->size() > kMostRsaBits / 8 + 1 || e->empty() || e->size() > 8) return nullptr;
    const Bignum modulus(BN_bin2bn(raw(*n), static_cast<int>(n->size()), nullptr));
    const Bignum exponent(BN_bin2bn(raw(*e), static_cast<int>(e->size()), nullptr));
    if (!modulus || !exponent || BN_num_bits(modulus.get()) < kLeastRsaBits || BN_num_bits(modulus.get()) > kMostRsaBits) return nullptr;
    if (!BN_is_odd(exponent.get()) || BN_num_bits(exponent.get()) < 2 || BN_num_bits(exponent.get()) > 33) return nullptr;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get()) != 1)
        return nullptr;
    return fromParameters("RSA", builder.get());
}

Key p256(const Json& jwk) {
    const auto x = base64UrlDecode(jwk.text("x")), y = base64UrlDecode(jwk.text("y"));
    if (!x || !y || x->size() != 32 || y->size() != 32) return nullptr;
    const std::string point = "\x04" + *x + *y;
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
        return nullptr;
    return fromParameters("EC", builder.get());
}

Key ed25519(const Json& jwk) {
    const auto x = base64UrlDecode(jwk.text("x"));
    if (!x || x->size() != 32) return nullptr;
    return Key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw(*x), x->size()), EVP_PKEY_free);
}

/// Absent, or a text; anything else disqualifies the key.
bool textOrNothing(const Json& value, std::size_t most) {
    return value.isNull() || (value.isString() && value.asString().size() <= most);
}

bool forVerifying(const Json& jwk) {
    if (!textOrNothing(jwk["use"], 16) || (jwk.has("use") && jwk.text("use") != "sig")) return false;
    if (!jwk.has("key_ops")) return true;
    const auto& operations = jwk["key_ops"].items();
    return std::any_of(operations.begin(), operations.end(), [](const Json& one) { return one.asString() == "verify"; });
}

std::optional<Jwk> parseKey(const Json& jwk) {
    if (!jwk.isObject() || !forVerifying(jwk) || jwk.has("d") || jwk.has("k")) return std::nullopt;
    if (!textOrNothing(jwk["kid"], kMaxKid) || !textOrNothing(jwk["alg"], 16)) return std::nullopt;
    Jwk out;
    out.kid = jwk.text("kid");
    out.alg = jwk.text("alg");
    if (jwk.text("kty") == "RSA") {
        out.type = KeyType::Rsa;
        out.key = rsa(jwk);
    } else if (jwk.text("kty") == "EC" && jwk.text("crv") == "P-256") {
        out.type = KeyType::P256;
        out.key = p256(jwk);
    } else if (jwk.text("kty") == "OKP" && jwk.text("crv") == "Ed25519") {
        out.type = KeyType::Ed25519;
        out.key = ed25519(jwk);
    }
    ERR_clear_error();
    if (!out.key) return std::nullopt;
    return out;
}

}  // namespace

Result<JwkSet> parseJwks(std::string_view text) {
    auto document = parseJson(text, kNetworkJson);
    if (!document) return std::move(document).error().within("the provider's keys are not acceptable");
    const Json& list = (*document)["keys"];
    if (!list.isArray()) return Error{Code::InvalidArgument, "the provider's keys are not acceptable: there is no list \"keys\""};
    JwkSet set;
    for (const auto& item : list.items()) {
        auto key = set.keys.size() < kMaxKeys ? parseKey(item) : std::nullopt;
        if (key)
            set.keys.push_back(std::move(*key));
        else
            ++set.left_out;
    }
    if (set.keys.empty()) {
        return Error{Code::InvalidArgument,
                     "the provider publishes no key that can be used: expected RSA of at least 2048 bit, P-256 or Ed25519 for signatures"};
    }
    return set;
}

}  // namespace masthead::console::oidc
