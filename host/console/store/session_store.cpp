#include "host/console/store/session_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

SessionRow rowOf(const Row& row) {
    return {row[0].text(),    row[1].text(),    row[2].integer(), row[3].integer(), row[4].integer(),
            row[5].integer(), row[6].integer(), row[7].text(),    row[8].text()};
}

}  // namespace

std::optional<SessionRow> SessionStore::find(Connection& connection, const std::string& token_hash) {
    const Rows rows = connection.query(
        "SELECT token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, client, user_agent "
        "FROM sessions WHERE token_hash = $1",
        {token_hash});
    if (rows.empty()) return std::nullopt;
    return rowOf(rows[0]);
}

std::vector<SessionRow> SessionStore::ofAccount(Connection& connection, std::int64_t account) {
    std::vector<SessionRow> out;
    for (const Row& row : connection.query(
             "SELECT token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, client, user_agent "
             "FROM sessions WHERE account_id = $1 ORDER BY created_at DESC, handle",
             {account})) {
        out.push_back(rowOf(row));
    }
    return out;
}

void SessionStore::create(Transaction& transaction, const SessionRow& row) {
    transaction.execute(
        "INSERT INTO sessions (token_hash, handle, account_id, created_at, authenticated_at, last_seen, expires_at, client, user_agent) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        {row.token_hash, row.handle, row.account_id, row.created_at, row.authenticated_at, row.last_seen, row.expires_at, row.client,
         row.user_agent});
}

void SessionStore::touch(Transaction& transaction, const std::string& token_hash, std::int64_t now) {
    transaction.execute("UPDATE sessions SET last_seen = $1 WHERE token_hash = $2 AND last_seen < $3", {now, token_hash, now});
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

void SessionStore::removeExpired(Transaction& transaction, std::int64_t now, std::int64_t idle_ms) {
    transaction.execute("DELETE FROM sessions WHERE expires_at <= $1 OR last_seen <= $2", {now, now - idle_ms});
}

}  // namespace masthead::console::store
