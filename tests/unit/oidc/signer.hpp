// A provider's keys for tests: makes them, publishes them as JWK, signs tokens with any header one likes.
#pragma once

#include <cppunit/extensions/HelperMacros.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"

namespace masthead::console::oidc {

class Signer {
public:
    static Signer rsa(const std::string& kid = "r1", unsigned bits = 2048) {
        return Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(bits)), kid, "RS256");
    }
    static Signer p256(const std::string& kid = "e1", const char* curve = "P-256") {
        return Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve), kid, "ES256");
    }
    static Signer ed25519(const std::string& kid = "d1") { return Signer(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), kid, "EdDSA"); }

    const std::string& kid() const { return kid_; }
    const std::string& alg() const { return alg_; }

    Json jwk() const {
        Json out = Json::object({{"kid", kid_}, {"use", "sig"}});
        if (alg_ == "RS256") {
            out.set("kty", "RSA");
            out.set("n", base64UrlEncode(number(OSSL_PKEY_PARAM_RSA_N, 0)));
            out.set("e", base64UrlEncode(number(OSSL_PKEY_PARAM_RSA_E, 0)));
        } else if (alg_ == "ES256") {
            out.set("kty", "EC");
            out.set("crv", "P-256");
            out.set("x", base64UrlEncode(number(OSSL_PKEY_PARAM_EC_PUB_X, 32)));
            out.set("y", base64UrlEncode(number(OSSL_PKEY_PARAM_EC_PUB_Y, 32)));
        } else {
            std::string raw(32, '\0');
            std::size_t size = raw.size();
            EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
            out.set("kty", "OKP");
            out.set("crv", "Ed25519");
            out.set("x", base64UrlEncode(raw));
        }
        return out;
    }
    std::string pem() const {
        BIO* bio = BIO_new(BIO_s_mem());
        PEM_write_bio_PUBKEY(bio, key_.get());
        char* data = nullptr;
        const long size = BIO_get_mem_data(bio, &data);
        std::string out(data, static_cast<std::size_t>(size));
        BIO_free(bio);
        return out;
    }

    std::string token(const Json& claims) const { return token(Json::object({{"alg", alg_}, {"kid", kid_}}), claims); }
    std::string token(const Json& header, const Json& claims) const {
        const std::string text = base64UrlEncode(header.dump()) + "." + base64UrlEncode(claims.dump());
        return text + "." + base64UrlEncode(sign(text, header.text("alg") == "PS256"));
    }
    static std::string hmacToken(const std::string& alg, const std::string& secret, const Json& claims) {
        const std::string text = base64UrlEncode(Json::object({{"alg", alg}, {"kid", "r1"}}).dump()) + "." + base64UrlEncode(claims.dump());
        unsigned char mac[32];
        unsigned size = sizeof mac;
        HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes(text), text.size(), mac, &size);
        return text + "." + base64UrlEncode(std::string(reinterpret_cast<char*>(mac), size));
    }

private:
    Signer(EVP_PKEY* key, std::string kid, std::string alg) : key_(key, EVP_PKEY_free), kid_(std::move(kid)), alg_(std::move(alg)) {
        CPPUNIT_ASSERT(key != nullptr);
    }
    static const unsigned char* bytes(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

    std::string number(const char* name, int size) const {
        BIGNUM* value = nullptr;
        CPPUNIT_ASSERT_EQUAL(1, EVP_PKEY_get_bn_param(key_.get(), name, &value));
        std::string out(static_cast<std::size_t>(size > 0 ? size : BN_num_bytes(value)), '\0');
        BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size()));
        BN_free(value);
        return out;
    }
    std::string sign(const std::string& text, bool pss) const {
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        EVP_PKEY_CTX* parameters = nullptr;
        EVP_DigestSignInit(context, &parameters, alg_ == "EdDSA" ? nullptr : EVP_sha256(), nullptr, key_.get());
        if (pss) {
            EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING);
            EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST);
        }
        std::size_t size = 0;
        EVP_DigestSign(context, nullptr, &size, bytes(text), text.size());
        std::string out(size, '\0');
        CPPUNIT_ASSERT_EQUAL(1, EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, bytes(text), text.size()));
        out.resize(size);
        EVP_MD_CTX_free(context);
        return alg_ == "ES256" ? joined(out) : out;
    }
    /// DER to r and s.
    static std::string joined(const std::string& der) {
        const unsigned char* at = bytes(der);
        ECDSA_SIG* pair = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
        std::string out(64, '\0');
        auto* target = reinterpret_cast<unsigned char*>(out.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(pair), target, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair), target + 32, 32);
        ECDSA_SIG_free(pair);
        return out;
    }

    std::shared_ptr<EVP_PKEY> key_;
    std::string kid_, alg_;
};

inline std::string jwks(std::initializer_list<Json> keys) { return Json::object({{"keys", Json::array(keys)}}).dump(); }

}  // namespace masthead::console::oidc
