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

    /// Empty when the account has no factor of that kind.
    static std::string factor(Connection& connection, std::int64_t account, const std::string& kind);
    static void setFactor(Transaction& transaction, std::int64_t account, const std::string& kind, const std::string& secret, std::int64_t now);
};

}  // namespace masthead::console::store
