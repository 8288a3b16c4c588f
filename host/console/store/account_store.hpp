// Accounts, their roles and their factors (a password is one factor of kind "password"). Rows only, no rules.
//
// Static methods work inside a transaction of the caller, so that a change and its audit record are kept together.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct Account {
    std::int64_t id = 0;
    std::string email;  // lower case
    std::string name;
    bool disabled = false;
    std::int64_t created_at = 0;
    std::vector<std::string> roles;
    std::string language = {};       // of the console; empty = as the browser asks
    std::string theme = {};          // light | dark | empty = as the system
    std::string origin = "local";    // local | sso
    std::int64_t last_sign_in = 0;   // 0 = never
    std::int64_t revision = 1;       // grows with every change that admins edit: the ETag
};

struct FactorRow {
    std::string secret;
    std::int64_t created_at = 0;
    std::int64_t changed_at = 0;
};

class AccountStore {
public:
    static std::vector<Account> list(Connection& connection);
    static std::optional<Account> find(Connection& connection, std::int64_t id);
    static std::optional<Account> findByEmail(Connection& connection, const std::string& email);
    /// Enabled accounts holding the role.
    static std::int64_t countWithRole(Connection& connection, const std::string& role);

    /// Throws on an address already taken (Conflict through Database::write). Returns the new id.
    static std::int64_t create(Transaction& transaction, const Account& account);
    /// False when there is no such account; its sessions and factors go with it.
    static bool remove(Transaction& transaction, std::int64_t id);

    /// Name, disabled and roles; the revision grows. False when there is no such account.
    static bool update(Transaction& transaction, const Account& account);
    /// Nobody else's business: the revision stays.
    static void setPreferences(Transaction& transaction, std::int64_t id, const std::string& language, const std::string& theme);
    /// For changes that admins should notice but that lie in other tables (factors).
    static void bumpRevision(Transaction& transaction, std::int64_t id);
    static void setLastSignIn(Transaction& transaction, std::int64_t id, std::int64_t now);
    /// The random WebAuthn user handle (43 characters of base64url), made on first use.
    static std::string userHandle(Transaction& transaction, std::int64_t id);
    static std::optional<Account> findByUserHandle(Connection& connection, const std::string& handle);

    static std::optional<FactorRow> factorRow(Connection& connection, std::int64_t account, const std::string& kind);
    /// False when there was none.
    static bool removeFactor(Transaction& transaction, std::int64_t account, const std::string& kind);
    /// Empty when the account has no factor of that kind.
    static std::string factor(Connection& connection, std::int64_t account, const std::string& kind);
    static void setFactor(Transaction& transaction, std::int64_t account, const std::string& kind, const std::string& secret, std::int64_t now);
};

}  // namespace masthead::console::store
