// Rows of single sign-on. Rows only, no rules; what is secret arrives sealed. Static methods work inside a transaction of the
// caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::console::store {

class Connection;
class Transaction;

struct SsoProviderRow {
    std::string id;
    Json settings = Json::object();
    std::string sealed_secret;  // empty = none
    std::int64_t revision = 1;
    std::int64_t changed_at = 0;
};

struct SsoIdentity {
    std::string provider, issuer, subject;
    std::int64_t account_id = 0;
    std::string email;  // as the provider last said; shown, never looked up
    std::int64_t created_at = 0, last_sign_in = 0;
};

/// A sign-in that was begun. `sealed` holds what only the callback needs.
struct SsoTransactionRow {
    std::string state_hash, browser_hash, provider;
    std::string source;  // for limits
    std::string sealed;
    std::int64_t created_at = 0, expires_at = 0;
};

class SsoStore {
public:
    static std::vector<SsoProviderRow> providers(Connection& connection);
    static std::optional<SsoProviderRow> provider(Connection& connection, const std::string& id);
    /// Creates or replaces it.
    static void putProvider(Transaction& transaction, const SsoProviderRow& row);
    static bool removeProvider(Transaction& transaction, const std::string& id);

    static std::optional<SsoIdentity> identity(Connection& connection, const std::string& provider, const std::string& issuer,
                                               const std::string& subject);
    static std::optional<SsoIdentity> identityOfAccount(Connection& connection, std::int64_t account);
    static void putIdentity(Transaction& transaction, const SsoIdentity& identity);

    /// Drops what expired, the oldest of its source beyond `per_source` and the oldest of all beyond `total`.
    static void addTransaction(Transaction& transaction, const SsoTransactionRow& row, std::int64_t per_source, std::int64_t total);
    static bool hasTransaction(Connection& connection, const std::string& state_hash);
    /// Gone afterwards, whoever asked.
    static std::optional<SsoTransactionRow> takeTransaction(Transaction& transaction, const std::string& state_hash);

    /// The providers that open sessions came from.
    static std::vector<std::string> sessionProviders(Connection& connection);

    /// False when it was there already; drops expired ones.
    static bool addLogoutToken(Transaction& transaction, const std::string& hash, std::int64_t expires_at, std::int64_t now);
};

}  // namespace masthead::console::store
