#include "host/console/store/sso_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

SsoProviderRow providerOf(const Row& row) {
    auto settings = parseJson(row[1].text(), kLocalJson);
    return {row[0].text(), settings ? std::move(*settings) : Json::object(), row[2].bytes(), row[3].integer(), row[4].integer()};
}

SsoIdentity identityOf(const Row& row) {
    return {row[0].text(), row[1].text(), row[2].text(), row[3].integer(), row[4].text(), row[5].integer(), row[6].integer()};
}

Value blob(const std::string& bytes) {
    if (bytes.empty()) return nullptr;
    return Bytes{bytes};
}

}  // namespace

std::vector<SsoProviderRow> SsoStore::providers(Connection& connection) {
    std::vector<SsoProviderRow> out;
    for (const Row& row : connection.query("SELECT id, settings, secret, revision, changed_at FROM sso_providers ORDER BY id"))
        out.push_back(providerOf(row));
    return out;
}

std::optional<SsoProviderRow> SsoStore::provider(Connection& connection, const std::string& id) {
    const Rows rows = connection.query("SELECT id, settings, secret, revision, changed_at FROM sso_providers WHERE id = $1", {id});
    if (rows.empty()) return std::nullopt;
    return providerOf(rows.front());
}

void SsoStore::putProvider(Transaction& transaction, const SsoProviderRow& row) {
    transaction.execute("DELETE FROM sso_providers WHERE id = $1", {row.id});
    transaction.execute("INSERT INTO sso_providers (id, settings, secret, revision, changed_at) VALUES ($1, $2, $3, $4, $5)",
                        {row.id, row.settings.dump(), blob(row.sealed_secret), row.revision, row.changed_at});
}

bool SsoStore::removeProvider(Transaction& transaction, const std::string& id) {
    return transaction.execute("DELETE FROM sso_providers WHERE id = $1", {id}) > 0;
}

std::optional<SsoIdentity> SsoStore::identity(Connection& connection, const std::string& provider, const std::string& issuer,
                                              const std::string& subject) {
    const Rows rows = connection.query(
        "SELECT provider, issuer, subject, account_id, email, created_at, last_sign_in FROM sso_identities "
        "WHERE provider = $1 AND issuer = $2 AND subject = $3",
        {provider, issuer, subject});
    if (rows.empty()) return std::nullopt;
    return identityOf(rows.front());
}

std::optional<SsoIdentity> SsoStore::identityOfAccount(Connection& connection, std::int64_t account) {
    const Rows rows = connection.query(
        "SELECT provider, issuer, subject, account_id, email, created_at, last_sign_in FROM sso_identities WHERE account_id = $1", {account});
    if (rows.empty()) return std::nullopt;
    return identityOf(rows.front());
}

void SsoStore::putIdentity(Transaction& transaction, const SsoIdentity& identity) {
    transaction.execute("DELETE FROM sso_identities WHERE provider = $1 AND issuer = $2 AND subject = $3",
                        {identity.provider, identity.issuer, identity.subject});
    transaction.execute(
        "INSERT INTO sso_identities (provider, issuer, subject, account_id, email, created_at, last_sign_in) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        {identity.provider, identity.issuer, identity.subject, identity.account_id, identity.email, identity.created_at,
         identity.last_sign_in});
}

void SsoStore::addTransaction(Transaction& transaction, const SsoTransactionRow& row, std::int64_t per_source, std::int64_t total) {
    transaction.execute("DELETE FROM sso_transactions WHERE expires_at <= $1", {row.created_at});
    transaction.execute(
        "DELETE FROM sso_transactions WHERE state_hash IN "
        "(SELECT state_hash FROM sso_transactions WHERE source = $1 ORDER BY created_at DESC LIMIT -1 OFFSET $2)",
        {row.source, per_source - 1});
    transaction.execute(
        "DELETE FROM sso_transactions WHERE state_hash IN "
        "(SELECT state_hash FROM sso_transactions ORDER BY created_at DESC LIMIT -1 OFFSET $1)",
        {total - 1});
    transaction.execute(
        "INSERT INTO sso_transactions (state_hash, browser_hash, provider, source, sealed, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        {row.state_hash, row.browser_hash, row.provider, row.source, Bytes{row.sealed}, row.created_at, row.expires_at});
}

bool SsoStore::hasTransaction(Connection& connection, const std::string& state_hash) {
    return !connection.query("SELECT 1 FROM sso_transactions WHERE state_hash = $1", {state_hash}).empty();
}

std::optional<SsoTransactionRow> SsoStore::takeTransaction(Transaction& transaction, const std::string& state_hash) {
    const Rows rows = transaction.query(
        "SELECT state_hash, browser_hash, provider, source, sealed, created_at, expires_at FROM sso_transactions WHERE state_hash = $1",
        {state_hash});
    if (rows.empty()) return std::nullopt;
    transaction.execute("DELETE FROM sso_transactions WHERE state_hash = $1", {state_hash});
    const Row& row = rows.front();
    return SsoTransactionRow{row[0].text(),  row[1].text(),    row[2].text(),   row[3].text(),
                             row[4].bytes(), row[5].integer(), row[6].integer()};
}

std::vector<std::string> SsoStore::sessionProviders(Connection& connection) {
    std::vector<std::string> out;
    for (const Row& row : connection.query("SELECT DISTINCT sso_provider FROM sessions WHERE sso_provider <> ''")) out.push_back(row[0].text());
    return out;
}

bool SsoStore::addLogoutToken(Transaction& transaction, const std::string& hash, std::int64_t expires_at, std::int64_t now) {
    transaction.execute("DELETE FROM sso_logout_tokens WHERE expires_at <= $1", {now});
    if (!transaction.query("SELECT 1 FROM sso_logout_tokens WHERE token_hash = $1", {hash}).empty()) return false;
    transaction.execute("INSERT INTO sso_logout_tokens (token_hash, expires_at) VALUES ($1, $2)", {hash, expires_at});
    return true;
}

}  // namespace masthead::console::store
