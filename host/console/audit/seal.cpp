#include "host/console/audit/seal.hpp"

#include <sodium.h>

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"
#include "host/console/store/audit_seal_store.hpp"

namespace masthead::console::audit {
namespace {

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

SigningKey SigningKey::make() {
    std::string seed(crypto_sign_SEEDBYTES, '\0');
    randombytes_buf(seed.data(), seed.size());
    auto key = fromSeed(seed);
    sodium_memzero(seed.data(), seed.size());
    return std::move(*key);
}

Result<SigningKey> SigningKey::fromSeed(const std::string& seed) {
    if (seed.size() != crypto_sign_SEEDBYTES) return Error{Code::Internal, "a signing key has the wrong size"};
    SigningKey key;
    key.seed_ = seed;
    key.secret_.assign(crypto_sign_SECRETKEYBYTES, '\0');
    std::string raw(crypto_sign_PUBLICKEYBYTES, '\0');
    crypto_sign_seed_keypair(bytes(raw), bytes(key.secret_), bytes(seed));
    key.public_ = hexEncode(raw);
    return key;
}

SigningKey::SigningKey(SigningKey&& other) noexcept
    : seed_(std::move(other.seed_)), secret_(std::move(other.secret_)), public_(std::move(other.public_)) {}

SigningKey::~SigningKey() {
    sodium_memzero(seed_.data(), seed_.size());
    sodium_memzero(secret_.data(), secret_.size());
}

std::string SigningKey::sign(const std::string& text) const {
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(bytes(signature), nullptr, bytes(text), text.size(), bytes(secret_));
    return hexEncode(signature);
}

std::string sealedText(const store::AuditSeal& seal) {
    Json out = Json::object();
    out.append("form", "masthead-audit-seal/1");
    out.append("kind", seal.kind);
    out.append("number", seal.number);
    out.append("host", seal.host);
    out.append("seq", seal.seq);
    out.append("at", seal.at);
    out.append("epoch", seal.epoch);
    out.append("hash", seal.hash);
    out.append("extra", seal.extra);
    return out.dump();
}

bool signatureFits(const store::AuditSeal& seal, const std::string& public_key) {
    const auto signature = hexDecode(seal.signature);
    const auto key = hexDecode(public_key);
    if (!signature || signature->size() != crypto_sign_BYTES || !key || key->size() != crypto_sign_PUBLICKEYBYTES) return false;
    const std::string text = sealedText(seal);
    return crypto_sign_verify_detached(bytes(*signature), bytes(text), text.size(), bytes(*key)) == 0;
}

std::string hostIdOf(const std::string& root_public_key) {
    const auto raw = hexDecode(root_public_key);
    return raw ? sha256Hex(*raw).substr(0, 32) : std::string();
}

}  // namespace masthead::console::audit
