#include "host/console/store/sealer_box.hpp"

#include <sodium.h>

#include "host/base/random.hpp"

namespace masthead::console::store {
namespace {

static_assert(kBoxKey == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
static_assert(kBoxNonce == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
static_assert(kBoxTag == crypto_aead_xchacha20poly1305_ietf_ABYTES);

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string closeBox(std::string_view key, std::string_view plain, std::string_view bound) {
    const std::string nonce = randomBytes(kBoxNonce);
    std::string box(plain.size() + kBoxTag, '\0');
    unsigned long long length = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(box), &length, bytes(plain), plain.size(), bytes(bound), bound.size(),
                                               nullptr, bytes(std::string_view(nonce)), bytes(key));
    return nonce + box;
}

std::optional<std::string> openBox(std::string_view key, std::string_view box, std::string_view bound) {
    if (key.size() != kBoxKey || box.size() < kBoxNonce + kBoxTag) return std::nullopt;
    const std::string_view nonce = box.substr(0, kBoxNonce);
    const std::string_view rest = box.substr(kBoxNonce);
    std::string plain(rest.size() - kBoxTag, '\0');
    unsigned long long length = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(plain), &length, nullptr, bytes(rest), rest.size(), bytes(bound),
                                                   bound.size(), bytes(nonce), bytes(key)) != 0) {
        return std::nullopt;
    }
    return plain;
}

std::string deriveKey(std::string_view key, std::string_view purpose) {
    std::string out(32, '\0');
    crypto_generichash(bytes(out), out.size(), bytes(purpose), purpose.size(), bytes(key), key.size());
    return out;
}

}  // namespace masthead::console::store
