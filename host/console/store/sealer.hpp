// Encryption of values at rest with keys/master.key (32 random bytes, 0600): XChaCha20-Poly1305, a fresh nonce per value,
// bound to a context ("<plugin>/<key>") so that a sealed value cannot be moved elsewhere. Thread-safe after open().
#pragma once

#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::console::store {

class Sealer {
public:
    /// Reads the key file, or makes it when it does not exist yet.
    static Result<Sealer> open(const std::string& key_file);

    std::string seal(std::string_view plain, std::string_view context) const;
    /// Internal when the bytes were changed, moved or sealed under another key.
    Result<std::string> unseal(std::string_view sealed, std::string_view context) const;
    /// A 32-byte key for another purpose, derived from the key file.
    std::string derive(std::string_view purpose) const;

private:
    explicit Sealer(std::string key) : key_(std::move(key)) {}
    std::string key_;
};

}  // namespace masthead::console::store
