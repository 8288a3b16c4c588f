#include "host/console/store/secret_bytes.hpp"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

namespace masthead::console::store {

void SecretBytes::Free::operator()(char* bytes) const { sodium_free(bytes); }

SecretBytes SecretBytes::sized(std::size_t size) {
    SecretBytes out;
    if (sodium_init() < 0) std::abort();
    out.bytes_.reset(static_cast<char*>(sodium_malloc(size)));
    if (!out.bytes_) std::abort();
    out.size_ = size;
    return out;
}

SecretBytes SecretBytes::random(std::size_t size) {
    SecretBytes out = sized(size);
    randombytes_buf(out.bytes_.get(), size);
    return out;
}

SecretBytes SecretBytes::take(std::string& text) {
    SecretBytes out = sized(text.size());
    std::memcpy(out.bytes_.get(), text.data(), text.size());
    wipe(text);
    return out;
}

void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

}  // namespace masthead::console::store
