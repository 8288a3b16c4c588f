// Every table that keeps sealed values, so that a rotation finds them all. Whoever seals into a table of its own adds an entry
// to key_ring_places.cpp with the same context it seals with; what is missing there would become unreadable. Pure rows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/console/store/value.hpp"

namespace masthead::console::store {

class Connection;
class Transaction;

struct SealedValue {
    Row key;              // of its row, in the order of the place
    std::string context;  // what it was sealed with
    std::string sealed;
};

struct SealedPlace {
    const char* name;
    Row start;  // a key before every row's
    /// Rows after `after` in the order of the key, at most `limit`.
    std::vector<SealedValue> (*list)(Connection& connection, const Row& after, std::int64_t limit);
    /// Puts `sealed` in the place of what `value` was read as.
    void (*put)(Transaction& transaction, const SealedValue& value, const std::string& sealed);
};

const std::vector<SealedPlace>& sealedPlaces();

}  // namespace masthead::console::store
