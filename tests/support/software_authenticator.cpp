#include "tests/support/software_authenticator.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <stdexcept>

#include "host/base/encoding.hpp"
#include "host/base/random.hpp"

namespace masthead::testing {
namespace {

void check(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(what);
}

std::shared_ptr<EVP_PKEY> owned(EVP_PKEY* key) {
    check(key != nullptr, "the key could not be made");
    return {key, EVP_PKEY_free};
}

std::string bigNumber(EVP_PKEY* key, const char* name) {
    BIGNUM* number = nullptr;
    check(EVP_PKEY_get_bn_param(key, name, &number) == 1, name);
    std::string out(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(out.data()));
    BN_free(number);
    return out;
}

std::string bigEndian(std::uint64_t value, int bytes) {
    std::string out;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(value >> (8 * i) & 0xff);
    return out;
}

}  // namespace

std::string cborHead(unsigned major, std::uint64_t value) {
    const auto head = [&](unsigned low) { return std::string(1, static_cast<char>(major << 5 | low)); };
    if (value < 24) return head(static_cast<unsigned>(value));
    if (value < 0x100) return head(24) + bigEndian(value, 1);
    if (value < 0x10000) return head(25) + bigEndian(value, 2);
    if (value < 0x100000000) return head(26) + bigEndian(value, 4);
    return head(27) + bigEndian(value, 8);
}

std::string cborInt(std::int64_t value) {
    return value >= 0 ? cborHead(0, static_cast<std::uint64_t>(value)) : cborHead(1, static_cast<std::uint64_t>(-1 - value));
}
std::string cborBytes(std::string_view bytes) { return cborHead(2, bytes.size()) + std::string(bytes); }
std::string cborText(std::string_view text) { return cborHead(3, text.size()) + std::string(text); }
std::string cborMap(const std::vector<std::pair<std::string, std::string>>& members) {
    std::string out = cborHead(5, members.size());
    for (const auto& [key, value] : members) out += key + value;
    return out;
}

SoftKey SoftKey::es256() {
    SoftKey out;
    out.pair = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
    out.algorithm = -7;
    std::string encoded(65, '\0');
    std::size_t size = 0;
    check(EVP_PKEY_get_octet_string_param(out.pair.get(), OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, reinterpret_cast<unsigned char*>(encoded.data()),
                                          encoded.size(), &size) == 1 && size == 65, "the point could not be read");
    out.point = encoded.substr(1);
    return out;
}

SoftKey SoftKey::ed25519() {
    SoftKey out;
    out.pair = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    out.algorithm = -8;
    out.point.assign(32, '\0');
    std::size_t size = 32;
    check(EVP_PKEY_get_raw_public_key(out.pair.get(), reinterpret_cast<unsigned char*>(out.point.data()), &size) == 1, "the point could not be read");
    return out;
}

SoftKey SoftKey::rsa(unsigned bits, unsigned long exponent) {
    SoftKey out;
    EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nullptr);
    BIGNUM* number = BN_new();
    BN_set_word(number, exponent);
    EVP_PKEY* key = nullptr;
    const bool made = EVP_PKEY_keygen_init(context) == 1 && EVP_PKEY_CTX_set_rsa_keygen_bits(context, static_cast<int>(bits)) == 1 &&
                      EVP_PKEY_CTX_set1_rsa_keygen_pubexp(context, number) == 1 && EVP_PKEY_keygen(context, &key) == 1;
    BN_free(number);
    EVP_PKEY_CTX_free(context);
    check(made, "the RSA key could not be made");
    out.pair = owned(key);
    out.algorithm = -257;
    out.modulus = bigNumber(key, OSSL_PKEY_PARAM_RSA_N);
    out.exponent = bigNumber(key, OSSL_PKEY_PARAM_RSA_E);
    return out;
}

std::string SoftKey::cose() const {
    const auto label = [](std::int64_t number) { return cborInt(number); };
    if (algorithm == -7) {
        return cborMap({{label(1), cborInt(2)}, {label(3), cborInt(-7)}, {label(-1), cborInt(1)},
                        {label(-2), cborBytes(point.substr(0, 32))}, {label(-3), cborBytes(point.substr(32))}});
    }
    if (algorithm == -8) {
        return cborMap({{label(1), cborInt(1)}, {label(3), cborInt(-8)}, {label(-1), cborInt(6)}, {label(-2), cborBytes(point)}});
    }
    return cborMap({{label(1), cborInt(3)}, {label(3), cborInt(algorithm)}, {label(-1), cborBytes(modulus)}, {label(-2), cborBytes(exponent)}});
}

std::string SoftKey::sign(std::string_view message) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    std::size_t size = 1024;
    std::string out(size, '\0');
    const bool ok = EVP_DigestSignInit(context, nullptr, algorithm == -8 ? nullptr : EVP_sha256(), nullptr, pair.get()) == 1 &&
                    EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(message.data()),
                                   message.size()) == 1;
    EVP_MD_CTX_free(context);
    check(ok, "signing failed");
    out.resize(size);
    return out;
}

std::string AuthenticatorParts::assemble() const {
    std::string out = rp_id_hash.empty() ? sha256(rp_id) : rp_id_hash;
    out += static_cast<char>(flags);
    out += bigEndian(sign_count, 4);
    if ((flags & flag::kAttested) != 0) out += aaguid + bigEndian(credential_id.size(), 2) + credential_id + cose;
    return out + extensions + trailing;
}

Json clientData(const std::string& type, std::string_view challenge, const std::string& origin) {
    return Json::object({{"type", type}, {"challenge", base64UrlEncode(challenge)}, {"origin", origin}, {"crossOrigin", false}});
}

std::string Creation::attestation() const {
    if (!attestation_object.empty()) return attestation_object;
    return cborMap({{cborText("fmt"), cborText(format)}, {cborText("attStmt"), statement}, {cborText("authData"), cborBytes(authenticator.assemble())}}) + trailing;
}

Json Creation::json() const {
    const std::string id = base64UrlEncode(authenticator.credential_id);
    Json hints = Json::array();
    for (const auto& transport : transports) hints.push(transport);
    return Json::object({{"id", id}, {"rawId", id}, {"type", "public-key"}, {"clientExtensionResults", Json::object()},
                         {"response", Json::object({{"clientDataJSON", base64UrlEncode(client_data)},
                                                    {"attestationObject", base64UrlEncode(attestation())},
                                                    {"transports", std::move(hints)}})}});
}

std::string Use::data() const { return authenticator_data.empty() ? authenticator.assemble() : authenticator_data; }

void Use::sign(const SoftKey& key) { signature = key.sign(data() + sha256(client_data)); }

Json Use::json() const {
    const std::string id = base64UrlEncode(credential_id);
    return Json::object({{"id", id}, {"rawId", id}, {"type", "public-key"}, {"clientExtensionResults", Json::object()},
                         {"response", Json::object({{"clientDataJSON", base64UrlEncode(client_data)},
                                                    {"authenticatorData", base64UrlEncode(data())},
                                                    {"signature", base64UrlEncode(signature)},
                                                    {"userHandle", user_handle.empty() ? Json() : Json(base64UrlEncode(user_handle))}})}});
}

Creation SoftPasskey::create(const Json& options, const std::string& origin) {
    rp_id = options["rp"].text("id");
    user_handle = base64UrlDecode(options["user"].text("id")).value_or("");
    if (credential_id.empty()) credential_id = randomBytes(32);
    Creation out;
    out.client_data = clientData("webauthn.create", base64UrlDecode(options.text("challenge")).value_or(""), origin).dump();
    out.authenticator.rp_id = rp_id;
    out.authenticator.flags |= flag::kAttested | extra_flags;
    out.authenticator.sign_count = counts ? ++sign_count : sign_count;
    out.authenticator.credential_id = credential_id;
    out.authenticator.cose = key.cose();
    return out;
}

Use SoftPasskey::use(const Json& options, const std::string& origin) {
    Use out;
    out.client_data = clientData("webauthn.get", base64UrlDecode(options.text("challenge")).value_or(""), origin).dump();
    out.authenticator.rp_id = rp_id;
    out.authenticator.flags |= extra_flags;
    out.authenticator.sign_count = counts ? ++sign_count : sign_count;
    out.credential_id = credential_id;
    out.user_handle = user_handle;
    return out;
}

Use SoftPasskey::answer(const Json& options, const std::string& origin) {
    Use out = use(options, origin);
    out.sign(key);
    return out;
}

}  // namespace masthead::testing
