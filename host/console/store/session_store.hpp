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

/// What a session remembers of the identity provider it came from; all empty for others.
struct SsoOrigin {
    std::string provider;
    std::string subject;
    std::string sid;       // the provider's session id, for back-channel logout
    std::string id_token;  // sealed by its owner, for the logout at the provider
};

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
    std::int64_t stage = 2;  // SessionStage
    std::string method = "password";
    std::int64_t tries = 0;  // wrong second factors so far
    SsoOrigin sso = {};
};

class SessionStore {
public:
    static std::optional<SessionRow> find(Connection& connection, const std::string& token_hash);
    static std::optional<SessionRow> findByHandle(Connection& connection, const std::string& handle);
    /// Newest first.
    static std::vector<SessionRow> ofAccount(Connection& connection, std::int64_t account);
    /// Of one identity provider and subject; with a `sid` only that session of theirs.
    static std::vector<SessionRow> ofSso(Connection& connection, const std::string& provider, const std::string& subject, const std::string& sid);
    static void create(Transaction& transaction, const SessionRow& row);
    static void touch(Transaction& transaction, const std::string& token_hash, std::int64_t now);
    /// One more wrong second factor; the number so far.
    static std::int64_t countTry(Transaction& transaction, const std::string& handle);
    static bool remove(Transaction& transaction, const std::string& handle);
    /// The handles that were removed.
    static std::vector<std::string> removeOfAccount(Transaction& transaction, std::int64_t account);
    static void removeAll(Transaction& transaction);
    static void removeExpired(Transaction& transaction, std::int64_t now, std::int64_t idle_ms);
};

}  // namespace masthead::console::store
