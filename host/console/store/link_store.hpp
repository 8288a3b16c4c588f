// Rows of links that let a person set a password. The token is never stored, only its SHA-256. Static methods work inside a
// transaction of the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace masthead::console::store {

class Connection;
class Transaction;

struct LinkRow {
    std::string token_hash;
    std::int64_t account_id = 0;
    std::string kind;        // invite | reset
    std::string created_by;  // principal id
    std::int64_t created_at = 0;
    std::int64_t expires_at = 0;
};

class LinkStore {
public:
    static std::optional<LinkRow> find(Connection& connection, const std::string& token_hash);
    /// The account's link of that kind, expired or not.
    static std::optional<LinkRow> ofAccount(Connection& connection, std::int64_t account, const std::string& kind);
    static void create(Transaction& transaction, const LinkRow& row);
    /// Every link of the account; the number removed.
    static std::int64_t removeOfAccount(Transaction& transaction, std::int64_t account);
    static void removeExpired(Transaction& transaction, std::int64_t now);
};

}  // namespace masthead::console::store
