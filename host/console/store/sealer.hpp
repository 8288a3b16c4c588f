// Encryption of values at rest, with the active data key of the key ring (XChaCha20-Poly1305, a fresh nonce per value), bound to
// a context ("<plugin>/<key>") so that a sealed value cannot be moved elsewhere. Thread-safe; a copy works with the same ring.
//
// Whoever keeps sealed values in a table adds it to key_ring_places.cpp, or a rotation of keys would leave them behind.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"

namespace masthead::console::store {

class Database;
class KeyRing;

class Sealer {
public:
    /// Reads the master key (systemd's credential, else `key_file`) and the ring in the database; makes both when there are none
    /// yet. The database outlives it.
    static Result<Sealer> open(Database& database, Clock& clock, const std::string& key_file);
    explicit Sealer(std::shared_ptr<KeyRing> ring) : ring_(std::move(ring)) {}

    std::string seal(std::string_view plain, std::string_view context) const;
    /// Internal when the bytes were changed, moved or sealed under a key that is not in the ring.
    Result<std::string> unseal(std::string_view sealed, std::string_view context) const;
    /// A 32-byte key for another purpose; the same after restarts and rotations.
    std::string derive(std::string_view purpose) const;

    KeyRing& ring() const { return *ring_; }

private:
    std::shared_ptr<KeyRing> ring_;
};

}  // namespace masthead::console::store
