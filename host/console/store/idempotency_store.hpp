// Answers kept for Idempotency-Key: by principal, route and SHA-256 of the key. Rows only, no rules. Static methods work
// inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace masthead::console::store {

class Connection;
class Transaction;

struct IdempotencyName {
    std::string principal;
    std::string route;
    std::string key_hash;
};

struct IdempotencyRow {
    std::string request_hash;
    std::string state;   // running | done | unknown
    std::string answer;  // sealed
    std::int64_t created_at = 0;
};

class IdempotencyStore {
public:
    static std::optional<IdempotencyRow> find(Connection& connection, const IdempotencyName& name);
    static void begin(Transaction& transaction, const IdempotencyName& name, const std::string& request_hash, std::int64_t now);
    static void end(Transaction& transaction, const IdempotencyName& name, const std::string& state, const std::string& answer);
    static void remove(Transaction& transaction, const IdempotencyName& name);
    /// What was running when the process before ended: nobody knows what came of it.
    static void interrupt(Transaction& transaction);
    static void removeOlderThan(Transaction& transaction, std::int64_t time);
    /// Drops the oldest rows of a principal beyond `most`.
    static void keepNewest(Transaction& transaction, const std::string& principal, std::int64_t most);
};

}  // namespace masthead::console::store
