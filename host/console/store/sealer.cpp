#include "host/console/store/sealer.hpp"

#include <sodium.h>

#include "host/base/file.hpp"
#include "host/base/random.hpp"

namespace masthead::console::store {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kNonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

Result<Sealer> Sealer::open(const std::string& key_file) {
    if (sodium_init() < 0) return Error{Code::Internal, "libsodium could not be initialised"};
    auto key = readFile(key_file, 64);
    if (!key && key.error().code == Code::NotFound) {
        std::string fresh = randomBytes(32);
        if (Status made = ensureDirectory(parentPath(key_file), 0700); !made) return std::move(made).error();
        if (Status written = writeFileAtomic(key_file, fresh, 0600); !written) return std::move(written).error();
        return Sealer(std::move(fresh));
    }
    if (!key) return std::move(key).error().within("reading the key file");
    if (key->size() != 32) {
        return Error{Code::FailedPrecondition, "the key file " + key_file + " has " + std::to_string(key->size()) +
                                                   " bytes instead of 32: restore it from the backup of this data directory"};
    }
    return Sealer(std::move(*key));
}

std::string Sealer::seal(std::string_view plain, std::string_view context) const {
    const std::string nonce = randomBytes(kNonce);
    std::string box(plain.size() + kTag, '\0');
    unsigned long long length = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes(box), &length, bytes(plain), plain.size(), bytes(context), context.size(),
                                               nullptr, bytes(std::string_view(nonce)), bytes(std::string_view(key_)));
    return std::string(1, kFormat) + nonce + box;
}

Result<std::string> Sealer::unseal(std::string_view sealed, std::string_view context) const {
    const Error bad{Code::Internal, "a sealed value cannot be read: it was changed, or the key file is not the one it was sealed with"};
    if (sealed.size() < 1 + kNonce + kTag || sealed[0] != kFormat) return bad;
    const std::string_view nonce = sealed.substr(1, kNonce);
    const std::string_view box = sealed.substr(1 + kNonce);
    std::string plain(box.size() - kTag, '\0');
    unsigned long long length = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(bytes(plain), &length, nullptr, bytes(box), box.size(), bytes(context),
                                                   context.size(), bytes(nonce), bytes(std::string_view(key_))) != 0) {
        return bad;
    }
    return plain;
}

std::string Sealer::derive(std::string_view purpose) const {
    std::string out(32, '\0');
    crypto_generichash(bytes(out), out.size(), bytes(purpose), purpose.size(), bytes(std::string_view(key_)), key_.size());
    return out;
}

}  // namespace masthead::console::store
