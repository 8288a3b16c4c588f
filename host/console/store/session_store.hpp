// Rows of the sessions table. The cookie is never stored, only its SHA-256; `handle` names a session in the open.
// Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct SessionRow {
    std::string token_hash;
    std::string handle;
    std::int64_t account_id = 0;
    std::int64_t created_at = 0;
    std::int64_t authenticated_at = 0;
    std::int64_t last_seen = 0;
    std::int64_t expires_at = 0;
    std::string client;
    std::string user_agent;
};

class SessionStore {
public:
    static std::optional<SessionRow> find(Connection& connection, const std::string& token_hash);
    /// Newest first.
    static std::vector<SessionRow> ofAccount(Connection& connection, std::int64_t account);
    static void create(Transaction& transaction, const SessionRow& row);
    static void touch(Transaction& transaction, const std::string& token_hash, std::int64_t now);
    static bool remove(Transaction& transaction, const std::string& handle);
    /// The handles that were removed.
    static std::vector<std::string> removeOfAccount(Transaction& transaction, std::int64_t account);
    static void removeExpired(Transaction& transaction, std::int64_t now, std::int64_t idle_ms);
};

}  // namespace masthead::console::store
