#include "demo/noise_key.hpp"

#include <openssl/evp.h>

#include <memory>

#include "demo/logger.hpp"
#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/random.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::string_view kHead = "privkey:";

Result<std::string> readOrCreate(const std::string& path) {
    auto text = readFile(path, 4096);
    if (text) return std::string(trim(*text));
    if (text.error().code != Code::NotFound) return std::move(text).error();
    logger::info("no private key file at path, creating...", {{"path", path}});
    const std::string made = std::string(kHead) + hexEncode(randomBytes(kKeyBytes));
    if (auto directory = ensureDirectory(parentPath(path)); !directory) return std::move(directory).error();
    if (auto written = writeFileAtomic(path, made); !written) return std::move(written).error();
    return made;
}

}  // namespace

Result<std::string> publicControlKey(const std::string& path) {
    auto text = readOrCreate(path);
    if (!text) return std::move(text).error().within("reading or creating the Noise private key");
    const auto raw = text->rfind(kHead, 0) == 0 ? hexDecode(text->substr(kHead.size())) : std::nullopt;
    if (!raw || raw->size() != kKeyBytes) {
        return Error{Code::InvalidArgument, "failed to read or create Noise protocol private key: " + path + " holds no privkey:<64 hex>"};
    }
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, reinterpret_cast<const unsigned char*>(raw->data()), raw->size()),
        &EVP_PKEY_free);
    std::string shown(kKeyBytes, '\0');
    std::size_t size = shown.size();
    if (!key || EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(shown.data()), &size) != 1) {
        return Error{Code::Internal, "deriving the public control key of " + path};
    }
    return "mkey:" + hexEncode(shown);
}

}  // namespace masthead::demo
