#include "host/console/auth/oidc/jwt.hpp"

#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "host/base/encoding.hpp"
#include "host/base/plain_text.hpp"
#include "host/base/text.hpp"

namespace masthead::console::oidc {
namespace {

constexpr Json::Limits kHeader{6, std::size_t{16} << 10};
constexpr Json::Limits kClaims{32, kMaxToken};

struct Algorithm {
    const char* name;
    KeyType type;
};
constexpr Algorithm kAlgorithms[] = {
    {"RS256", KeyType::Rsa}, {"PS256", KeyType::Rsa}, {"ES256", KeyType::P256}, {"EdDSA", KeyType::Ed25519}};

Error bad(const std::string& why) { return {Code::InvalidArgument, "the token is not acceptable: " + why}; }
Error untrusted(const std::string& why) { return {Code::Unauthenticated, "the token is not trusted: " + why}; }

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

/// ES256 signatures are r and s, 32 bytes each; OpenSSL wants them in DER.
std::string derOf(const std::string& signature) {
    if (signature.size() != 64) return {};
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(), ECDSA_SIG_free);
    BIGNUM* r = BN_bin2bn(raw(signature), 32, nullptr);
    BIGNUM* s = BN_bin2bn(raw(signature) + 32, 32, nullptr);
    if (!pair || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return {};
    }
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &der);
    if (size <= 0) return {};
    std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return out;
}

bool signatureFits(const Jwt& token, const Jwk& key) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    const std::string signature = token.alg == "ES256" ? derOf(token.signature) : token.signature;
    if (!context || signature.empty()) return false;
    EVP_PKEY_CTX* parameters = nullptr;
    const EVP_MD* digest = key.type == KeyType::Ed25519 ? nullptr : EVP_sha256();
    bool fits = EVP_DigestVerifyInit(context.get(), &parameters, digest, nullptr, key.key.get()) == 1;
    if (fits && token.alg == "PS256") {
        fits = EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1;
    }
    fits = fits && EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(token.signed_part), token.signed_part.size()) == 1;
    ERR_clear_error();
    return fits;
}

}  // namespace

Result<Jwt> parseJwt(std::string_view text) {
    if (text.size() > kMaxToken) return bad("it is larger than 512 KiB");
    const auto parts = split(text, '.');
    if (parts.size() == 5) return bad("it is encrypted, which is not supported");
    if (parts.size() != 3) return bad("it does not have three parts");
    const auto header_text = base64UrlDecode(parts[0]), claims_text = base64UrlDecode(parts[1]), signature = base64UrlDecode(parts[2]);
    if (!header_text || !claims_text || !signature) return bad("a part is not base64url");
    auto header = parseJson(*header_text, kHeader);
    if (!header || !header->isObject()) return bad("its header is not a JSON object");
    if (header->has("crit")) return bad("it has critical header members that are not understood");
    if (header->has("enc") || header->has("zip")) return bad("it is encrypted, which is not supported");
    if (!(*header)["alg"].isString()) return bad("it names no algorithm");
    for (const char* name : {"kid", "typ"}) {
        if (header->has(name) && (!(*header)[name].isString() || header->text(name).size() > 256)) return bad(std::string(name) + " is not a short text");
    }
    auto claims = parseJson(*claims_text, kClaims);
    if (!claims || !claims->isObject()) return bad("its claims are not a JSON object");
    Jwt out;
    out.alg = header->text("alg");
    out.kid = header->text("kid");
    out.has_kid = header->has("kid");
    out.typ = header->text("typ");
    out.claims = std::move(*claims);
    out.signed_part = text.substr(0, parts[0].size() + 1 + parts[1].size());
    out.signature = *signature;
    return out;
}

Status verifyJwt(const Jwt& token, const JwkSet& keys) {
    const auto* algorithm = std::find_if(std::begin(kAlgorithms), std::end(kAlgorithms), [&](const Algorithm& a) { return token.alg == a.name; });
    if (algorithm == std::end(kAlgorithms)) return untrusted("it is signed with \"" + oneLine(token.alg, 20) + "\"; accepted are RS256, PS256, ES256, EdDSA");
    std::vector<const Jwk*> fitting;
    for (const auto& key : keys.keys) {
        if (token.has_kid && key.kid != token.kid) continue;
        if (key.type == algorithm->type && (key.alg.empty() || key.alg == token.alg)) fitting.push_back(&key);
    }
    if (fitting.empty()) {
        const bool known = std::any_of(keys.keys.begin(), keys.keys.end(), [&](const Jwk& key) { return token.has_kid && key.kid == token.kid; });
        if (known) return untrusted("its key is not for " + token.alg);
        return Error{Code::NotFound, "the token is not trusted: the provider publishes no key that fits it"};
    }
    if (fitting.size() > 1) return untrusted("it does not say which of several keys signed it");
    if (!signatureFits(token, *fitting.front())) return untrusted("its signature is wrong");
    return {};
}

std::string halfHash(const std::string& alg, std::string_view value) {
    if (alg != "EdDSA") return base64UrlEncode(sha256(value).substr(0, SHA256_DIGEST_LENGTH / 2));
    std::string digest(SHA512_DIGEST_LENGTH, '\0');
    SHA512(raw(value), value.size(), reinterpret_cast<unsigned char*>(digest.data()));
    return base64UrlEncode(digest.substr(0, SHA512_DIGEST_LENGTH / 2));
}

}  // namespace masthead::console::oidc
