#include "host/console/store/account_store.hpp"

#include "host/base/random.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

Account accountOf(Connection& connection, const Row& row) {
    Account account{row[0].integer(), row[1].text(), row[2].text(), row[3].integer() != 0, row[4].integer(), {},
                    row[5].text(),    row[6].text(), row[7].text(), row[8].integer(),      row[9].integer()};
    for (const Row& role : connection.query("SELECT role FROM account_roles WHERE account_id = $1 ORDER BY role", {account.id})) {
        account.roles.push_back(role[0].text());
    }
    return account;
}

void insertRoles(Transaction& transaction, std::int64_t id, const std::vector<std::string>& roles) {
    for (const auto& role : roles) transaction.execute("INSERT INTO account_roles (account_id, role) VALUES ($1, $2)", {id, role});
}

}  // namespace

std::vector<Account> AccountStore::list(Connection& connection) {
    std::vector<Account> out;
    for (const Row& row : connection.query(
             "SELECT id, email, name, disabled, created_at, language, theme, origin, last_sign_in, revision FROM accounts ORDER BY id")) {
        out.push_back(accountOf(connection, row));
    }
    return out;
}

std::optional<Account> AccountStore::find(Connection& connection, std::int64_t id) {
    const Rows rows = connection.query(
        "SELECT id, email, name, disabled, created_at, language, theme, origin, last_sign_in, revision FROM accounts WHERE id = $1", {id});
    if (rows.empty()) return std::nullopt;
    return accountOf(connection, rows[0]);
}

std::optional<Account> AccountStore::findByEmail(Connection& connection, const std::string& email) {
    const Rows rows = connection.query(
        "SELECT id, email, name, disabled, created_at, language, theme, origin, last_sign_in, revision FROM accounts WHERE email = $1", {email});
    if (rows.empty()) return std::nullopt;
    return accountOf(connection, rows[0]);
}

std::int64_t AccountStore::countWithRole(Connection& connection, const std::string& role) {
    const Rows rows = connection.query(
        "SELECT accounts.id FROM accounts JOIN account_roles ON account_roles.account_id = accounts.id "
        "WHERE account_roles.role = $1 AND accounts.disabled = 0",
        {role});
    return static_cast<std::int64_t>(rows.size());
}

std::int64_t AccountStore::create(Transaction& transaction, const Account& account) {
    transaction.execute("INSERT INTO accounts (email, name, disabled, created_at, language, theme, origin) VALUES ($1, $2, $3, $4, $5, $6, $7)",
                        {account.email, account.name, account.disabled, account.created_at, account.language, account.theme, account.origin});
    const std::int64_t id = transaction.query("SELECT id FROM accounts WHERE email = $1", {account.email})[0][0].integer();
    insertRoles(transaction, id, account.roles);
    return id;
}

bool AccountStore::update(Transaction& transaction, const Account& account) {
    const auto changed =
        transaction.execute("UPDATE accounts SET name = $1, disabled = $2, revision = revision + 1 WHERE id = $3", {account.name, account.disabled, account.id});
    if (changed == 0) return false;
    transaction.execute("DELETE FROM account_roles WHERE account_id = $1", {account.id});
    insertRoles(transaction, account.id, account.roles);
    return true;
}

void AccountStore::setPreferences(Transaction& transaction, std::int64_t id, const std::string& language, const std::string& theme) {
    transaction.execute("UPDATE accounts SET language = $1, theme = $2 WHERE id = $3", {language, theme, id});
}

void AccountStore::bumpRevision(Transaction& transaction, std::int64_t id) {
    transaction.execute("UPDATE accounts SET revision = revision + 1 WHERE id = $1", {id});
}

void AccountStore::setLastSignIn(Transaction& transaction, std::int64_t id, std::int64_t now) {
    transaction.execute("UPDATE accounts SET last_sign_in = $1 WHERE id = $2", {now, id});
}

std::string AccountStore::userHandle(Transaction& transaction, std::int64_t id) {
    transaction.execute("UPDATE accounts SET user_handle = $1 WHERE id = $2 AND user_handle = ''", {randomToken(32), id});
    const Rows rows = transaction.query("SELECT user_handle FROM accounts WHERE id = $1", {id});
    return rows.empty() ? std::string() : rows[0][0].text();
}

std::optional<Account> AccountStore::findByUserHandle(Connection& connection, const std::string& handle) {
    if (handle.empty()) return std::nullopt;
    const Rows rows = connection.query("SELECT id FROM accounts WHERE user_handle = $1", {handle});
    return rows.empty() ? std::nullopt : find(connection, rows[0][0].integer());
}

bool AccountStore::remove(Transaction& transaction, std::int64_t id) {
    return transaction.execute("DELETE FROM accounts WHERE id = $1", {id}) > 0;
}

std::optional<FactorRow> AccountStore::factorRow(Connection& connection, std::int64_t account, const std::string& kind) {
    const Rows rows = connection.query("SELECT secret, created_at, changed_at FROM account_factors WHERE account_id = $1 AND kind = $2", {account, kind});
    if (rows.empty()) return std::nullopt;
    return FactorRow{rows[0][0].text(), rows[0][1].integer(), rows[0][2].integer()};
}

bool AccountStore::removeFactor(Transaction& transaction, std::int64_t account, const std::string& kind) {
    return transaction.execute("DELETE FROM account_factors WHERE account_id = $1 AND kind = $2", {account, kind}) > 0;
}

std::string AccountStore::factor(Connection& connection, std::int64_t account, const std::string& kind) {
    const Rows rows = connection.query("SELECT secret FROM account_factors WHERE account_id = $1 AND kind = $2", {account, kind});
    return rows.empty() ? std::string() : rows[0][0].text();
}

void AccountStore::setFactor(Transaction& transaction, std::int64_t account, const std::string& kind, const std::string& secret, std::int64_t now) {
    const auto changed = transaction.execute("UPDATE account_factors SET secret = $1, changed_at = $2 WHERE account_id = $3 AND kind = $4",
                                             {secret, now, account, kind});
    if (changed > 0) return;
    transaction.execute("INSERT INTO account_factors (account_id, kind, secret, created_at, changed_at) VALUES ($1, $2, $3, $4, $5)",
                        {account, kind, secret, now, now});
}

}  // namespace masthead::console::store
