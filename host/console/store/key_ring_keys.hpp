// One state of the key ring, and the form of sealed values: version byte 2, the data key's number in four bytes, the box. The
// box is bound to those five bytes and to the context, so that a value can be moved neither to another place nor to another key.
// Values of version 1 (closed with the master key itself) are still read. Immutable, so thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "host/console/store/secret_bytes.hpp"

namespace masthead::console::store {

struct Keys {
    std::map<std::int64_t, std::shared_ptr<const SecretBytes>> data;
    std::int64_t active = 0;
    std::shared_ptr<const SecretBytes> root;    // for derived keys
    std::shared_ptr<const SecretBytes> master;  // opens values of version 1

    std::string seal(std::string_view plain, std::string_view context) const;
    std::optional<std::string> unseal(std::string_view sealed, std::string_view context) const;
};

/// The data key a value stands under; 0 for version 1, nullopt when it is no sealed value.
std::optional<std::int64_t> dataKeyOf(std::string_view sealed);

/// The bytes that every value under the data key begins with.
std::string sealedHead(std::int64_t key);

/// A data key closed under the master key, bound to its number and purpose; and back.
std::string wrapKey(const SecretBytes& master, const SecretBytes& key, std::int64_t id, const std::string& purpose);
std::optional<SecretBytes> unwrapKey(const SecretBytes& master, const std::string& wrapped, std::int64_t id,
                                     const std::string& purpose);

}  // namespace masthead::console::store
