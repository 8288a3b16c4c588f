// Rows of the key ring: data keys, their wraps and the dates of master keys. Rows only; key_ring.hpp has the rules.
// Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct DataKeyRow {
    std::int64_t id = 0;
    std::string purpose;  // seal | derive
    std::int64_t created_at = 0;
    std::int64_t retired_at = 0;               // 0 = in use
    std::map<std::string, std::string> wraps;  // by the id of the master key
};

class KeyRingStore {
public:
    static std::vector<DataKeyRow> keys(Connection& connection);
    /// The new id.
    static std::int64_t addKey(Transaction& transaction, const std::string& purpose, std::int64_t now);
    static void putWrap(Transaction& transaction, std::int64_t key, const std::string& master, const std::string& wrapped);
    /// Retires every sealing key but `active`.
    static void retireOthers(Transaction& transaction, std::int64_t active, std::int64_t now);
    static void removeKey(Transaction& transaction, std::int64_t key);
    /// Forgets every wrap and date but those of `master`.
    static void keepMaster(Transaction& transaction, const std::string& master);
    static void noteMaster(Transaction& transaction, const std::string& master, std::int64_t now);
    static std::map<std::string, std::int64_t> masters(Connection& connection);
};

}  // namespace masthead::console::store
