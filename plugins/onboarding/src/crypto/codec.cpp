#include "crypto/codec.hpp"

#include <sodium.h>

namespace onboarding {
namespace {

constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;

/// libsodium must be initialised before its random numbers are used; it is harmless to do so again.
void ready() {
    static const int kDone = sodium_init();
    static_cast<void>(kDone);
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string randomToken(std::size_t count) {
    ready();
    std::string out(count, '\0');
    randombytes_buf(out.data(), out.size());
    return toBase64Url(out);
}

std::uint32_t randomBelow(std::size_t bound) {
    ready();
    return randombytes_uniform(static_cast<std::uint32_t>(bound));
}

std::string sha256(std::string_view text) {
    std::string digest(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(bytes(digest), bytes(text), text.size());
    std::string out(crypto_hash_sha256_BYTES * 2 + 1, '\0');
    sodium_bin2hex(out.data(), out.size(), bytes(digest), digest.size());
    out.pop_back();
    return out;
}

std::string toBase64Url(std::string_view text) {
    std::string out(sodium_base64_encoded_len(text.size(), kVariant), '\0');
    sodium_bin2base64(out.data(), out.size(), bytes(text), text.size(), kVariant);
    out.pop_back();
    return out;
}

std::optional<std::string> fromBase64Url(std::string_view text) {
    std::string out(text.size(), '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    if (sodium_base642bin(bytes(out), out.size(), text.data(), text.size(), nullptr, &size, &end, kVariant) != 0 || end != text.data() + text.size()) {
        return std::nullopt;
    }
    out.resize(size);
    // libsodium also takes some bytes beyond ASCII for letters.
    if (toBase64Url(out) != text) return std::nullopt;
    return out;
}

KeyPair makeKeyPair() {
    ready();
    std::string public_key(crypto_box_PUBLICKEYBYTES, '\0'), secret_key(crypto_box_SECRETKEYBYTES, '\0');
    crypto_box_keypair(bytes(public_key), bytes(secret_key));
    KeyPair out{toBase64Url(public_key), toBase64Url(secret_key)};
    wipe(secret_key);
    return out;
}

bool isPublicKey(std::string_view text) {
    if (text.size() != 43) return false;
    return !seal("x", text).empty();
}

std::string seal(std::string_view clear, std::string_view public_key) {
    ready();
    const auto key = fromBase64Url(public_key);
    if (!key || key->size() != crypto_box_PUBLICKEYBYTES) return {};
    std::string out(clear.size() + crypto_box_SEALBYTES, '\0');
    if (crypto_box_seal(bytes(out), bytes(clear), clear.size(), bytes(std::string_view(*key))) != 0) return {};
    return toBase64Url(out);
}

std::optional<std::string> openSealed(std::string_view sealed, std::string_view secret_key) {
    ready();
    const auto box = fromBase64Url(sealed);
    auto secret = fromBase64Url(secret_key);
    if (!box || !secret || secret->size() != crypto_box_SECRETKEYBYTES || box->size() < crypto_box_SEALBYTES) return std::nullopt;
    std::string public_key(crypto_box_PUBLICKEYBYTES, '\0'), out(box->size() - crypto_box_SEALBYTES, '\0');
    const bool opened = crypto_scalarmult_base(bytes(public_key), bytes(*secret)) == 0 &&
                        crypto_box_seal_open(bytes(out), bytes(std::string_view(*box)), box->size(), bytes(std::string_view(public_key)),
                                             bytes(std::string_view(*secret))) == 0;
    wipe(*secret);
    if (!opened) return std::nullopt;
    return out;
}

void wipe(std::string& text) { sodium_memzero(text.data(), text.size()); }

}  // namespace onboarding
