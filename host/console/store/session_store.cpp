#include "host/console/store/session_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

SessionRow rowOf(const Row& row) {
    return {row[0].text(),    row[1].text(),    row[2].integer(), row[3].integer(), row[4].integer(),
            row[5].integer(), row[6].integer(), row[7].text(),    row[8].text(),    row[9].integer(),
            row[10].text(),   row[11].integer(), {row[12].text(), row[13].text(), row[14].text(), row[15].text()}};
}

std::vector<SessionRow> rowsOf(const Rows& rows) {
    std::vector<SessionRow> out;
    for (const Row& row : rows) out.push_back(rowOf(row));
    return out;
}

std::optional<SessionRow> first(const Rows& rows) { return rows.empty() ? std::nullopt : std::optional(rowOf(rows[0])); }

}  // namespace

// The same columns in the same order as rowOf().
std::optional<SessionRow> SessionStore::find(Connection& connection, const std::string& token_hash) {
    return first(connection.query(
        "SELECT token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, client, user_agent, stage, method, tries, "
        "sso_provider, sso_subject, sso_sid, sso_id_token FROM sessions WHERE token_hash = $1",
        {token_hash}));
}

std::optional<SessionRow> SessionStore::findByHandle(Connection& connection, const std::string& handle) {
    return first(connection.query(
        "SELECT token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, client, user_agent, stage, method, tries, "
        "sso_provider, sso_subject, sso_sid, sso_id_token FROM sessions WHERE handle = $1",
        {handle}));
}

std::vector<SessionRow> SessionStore::ofAccount(Connection& connection, std::int64_t account) {
    return rowsOf(connection.query(
        "SELECT token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, client, user_agent, stage, method, tries, "
        "sso_provider, sso_subject, sso_sid, sso_id_token FROM sessions WHERE account_id = $1 ORDER BY created_at DESC, handle",
        {account}));
}

std::vector<SessionRow> SessionStore::ofSso(Connection& connection, const std::string& provider, const std::string& subject, const std::string& sid) {
    return rowsOf(connection.query(
        "SELECT token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, client, user_agent, stage, method, tries, "
        "sso_provider, sso_subject, sso_sid, sso_id_token FROM sessions "
        "WHERE sso_provider = $1 AND sso_provider <> '' AND (sso_subject = $2 OR $3 = '') AND (sso_sid = $4 OR $5 = '')",
        {provider, subject, subject, sid, sid}));
}

void SessionStore::create(Transaction& transaction, const SessionRow& row) {
    transaction.execute(
        "INSERT INTO sessions (token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, client, user_agent, stage, method, "
        "tries, sso_provider, sso_subject, sso_sid, sso_id_token) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
        {row.token_hash, row.handle, row.account_id, row.created_at, row.authenticated_at, row.last_seen, row.expires_at, row.client, row.user_agent,
         row.stage, row.method, row.tries, row.sso.provider, row.sso.subject, row.sso.sid, row.sso.id_token});
}

void SessionStore::touch(Transaction& transaction, const std::string& token_hash, std::int64_t now) {
    transaction.execute("UPDATE sessions SET last_seen = $1 WHERE token_hash = $2 AND last_seen < $3", {now, token_hash, now});
}

std::int64_t SessionStore::countTry(Transaction& transaction, const std::string& handle) {
    transaction.execute("UPDATE sessions SET tries = tries + 1 WHERE handle = $1", {handle});
    const Rows rows = transaction.query("SELECT tries FROM sessions WHERE handle = $1", {handle});
    return rows.empty() ? 0 : rows[0][0].integer();
}

bool SessionStore::remove(Transaction& transaction, const std::string& handle) {
    return transaction.execute("DELETE FROM sessions WHERE handle = $1", {handle}) > 0;
}

std::vector<std::string> SessionStore::removeOfAccount(Transaction& transaction, std::int64_t account) {
    std::vector<std::string> handles;
    for (const Row& row : transaction.query("SELECT handle FROM sessions WHERE account_id = $1", {account})) handles.push_back(row[0].text());
    transaction.execute("DELETE FROM sessions WHERE account_id = $1", {account});
    return handles;
}

void SessionStore::removeAll(Transaction& transaction) { transaction.execute("DELETE FROM sessions"); }

void SessionStore::removeExpired(Transaction& transaction, std::int64_t now, std::int64_t idle_ms) {
    transaction.execute("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen <= $2", {now, now - idle_ms});
}

}  // namespace masthead::console::store
