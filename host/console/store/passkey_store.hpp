// Rows of the passkeys table. Rows only, no rules. Static methods work inside a transaction of the caller, so that a
// counter, a session and their audit record are kept together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct PasskeyRow {
    std::int64_t id = 0;
    std::int64_t account_id = 0;
    std::string credential_id;  // raw bytes, unique among all accounts
    std::string public_key;     // COSE, raw bytes
    std::int64_t algorithm = 0;
    std::uint32_t sign_count = 0;
    bool backup_eligible = false;
    bool backed_up = false;
    std::string aaguid;  // raw bytes
    std::vector<std::string> transports;
    std::string rp_id;
    std::string name;
    std::int64_t created_at = 0;
    std::int64_t last_used = 0;  // 0 = never
    std::int64_t locked_at = 0;  // 0 = usable
};

class PasskeyStore {
public:
    /// Oldest first.
    static std::vector<PasskeyRow> ofAccount(Connection& connection, std::int64_t account);
    static std::optional<PasskeyRow> find(Connection& connection, std::int64_t id);
    static std::optional<PasskeyRow> findByCredential(Connection& connection, const std::string& credential_id);
    /// How many passkeys, of all accounts, were made for this host name, and how many for any other.
    static std::int64_t countFor(Connection& connection, const std::string& rp_id);
    static std::int64_t countForOthers(Connection& connection, const std::string& rp_id);

    /// The new id.
    static std::int64_t create(Transaction& transaction, const PasskeyRow& row);
    static void used(Transaction& transaction, std::int64_t id, std::uint32_t sign_count, bool backed_up, std::int64_t now);
    static void lock(Transaction& transaction, std::int64_t id, std::int64_t now);
    static void rename(Transaction& transaction, std::int64_t id, const std::string& name);
    static void remove(Transaction& transaction, std::int64_t id);
    /// How many were removed.
    static std::int64_t removeOfAccount(Transaction& transaction, std::int64_t account);
};

}  // namespace masthead::console::store
