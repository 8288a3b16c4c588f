// API tokens: only their SHA-256 is kept. Rows only, no rules. Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct TokenRow {
    std::string id;
    std::int64_t account_id = 0;
    std::string name;
    std::string hash;
    std::vector<std::string> scopes;
    std::vector<std::string> cidrs;
    std::int64_t created_at = 0;
    std::int64_t expires_at = 0;
    std::int64_t last_used = 0;  // 0 = never
    std::string last_client;
};

class TokenStore {
public:
    static std::optional<TokenRow> find(Connection& connection, const std::string& id);
    /// Of one account, or of all when `account` is 0; by id.
    static std::vector<TokenRow> list(Connection& connection, std::int64_t account);
    /// Throws on an id already taken (Conflict through Database::write).
    static void create(Transaction& transaction, const TokenRow& row);
    static void touch(Transaction& transaction, const std::string& id, std::int64_t now, const std::string& client);
    static bool remove(Transaction& transaction, const std::string& id);
    static void removeExpiredBefore(Transaction& transaction, std::int64_t time);
};

}  // namespace masthead::console::store
