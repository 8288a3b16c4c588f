// CBOR as authenticators send it, decoded strictly into a small tree. libcbor reads the heads, the tree is ours, so that a
// declared length never reserves memory that the bytes do not fill.
//
// Refused: more than 64 KiB, containers nested deeper than four, duplicate keys, indefinite lengths, tags, text that is not
// UTF-8, keys other than integers and text, and (decodeCbor) bytes behind the value. Pure functions; errors are
// InvalidArgument with the byte offset.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::console::auth::webauthn {

class Cbor {
public:
    enum class Kind { Integer, Bytes, Text, Array, Map, Other };  // Other: floats, simple values, integers beyond 64 bit

    Kind kind = Kind::Other;
    std::int64_t integer = 0;
    std::string text;         // of Bytes and Text
    std::vector<Cbor> items;  // of Array; of Map the values
    std::vector<Cbor> keys;   // of Map: keys[i] names items[i]

    bool is(Kind wanted) const { return kind == wanted; }
    /// Null when this is no map or has no such key.
    const Cbor* find(std::string_view name) const;
    const Cbor* find(std::int64_t label) const;
};

inline constexpr std::size_t kMaxCborBytes = 64 * 1024;
inline constexpr int kMaxCborDepth = 4;

/// Exactly one value.
Result<Cbor> decodeCbor(std::string_view bytes);
/// One value at the front; `used` is its length.
Result<Cbor> decodeCborPrefix(std::string_view bytes, std::size_t& used);

}  // namespace masthead::console::auth::webauthn
