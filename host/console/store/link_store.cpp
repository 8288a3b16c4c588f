#include "host/console/store/link_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

std::optional<LinkRow> first(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    const Row& row = rows[0];
    return LinkRow{row[0].text(), row[1].integer(), row[2].text(), row[3].text(), row[4].integer(), row[5].integer()};
}

}  // namespace

std::optional<LinkRow> LinkStore::find(Connection& connection, const std::string& token_hash) {
    return first(connection.query("SELECT token_hash, account_id, kind, created_by, created_at, expires_at FROM account_links WHERE token_hash = $1", {token_hash}));
}

std::optional<LinkRow> LinkStore::ofAccount(Connection& connection, std::int64_t account, const std::string& kind) {
    return first(connection.query(
        "SELECT token_hash, account_id, kind, created_by, created_at, expires_at FROM account_links WHERE account_id = $1 AND kind = $2", {account, kind}));
}

void LinkStore::create(Transaction& transaction, const LinkRow& row) {
    transaction.execute("INSERT INTO account_links (token_hash, account_id, kind, created_by, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
                        {row.token_hash, row.account_id, row.kind, row.created_by, row.created_at, row.expires_at});
}

std::int64_t LinkStore::removeOfAccount(Transaction& transaction, std::int64_t account) {
    return transaction.execute("DELETE FROM account_links WHERE account_id = $1", {account});
}

void LinkStore::removeExpired(Transaction& transaction, std::int64_t now) {
    transaction.execute("DELETE FROM account_links WHERE expires_at <= $1", {now});
}

}  // namespace masthead::console::store
