#include "host/console/store/token_store.hpp"

#include "host/base/json.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

std::string packed(const std::vector<std::string>& texts) {
    Json out = Json::array();
    for (const auto& text : texts) out.push(text);
    return out.dump();
}

std::vector<std::string> unpacked(const std::string& text) {
    std::vector<std::string> out;
    if (const auto list = parseJson(text, kLocalJson)) {
        for (const auto& item : list->items()) out.push_back(item.asString());
    }
    return out;
}

TokenRow rowOf(const Row& row) {
    return {row[0].text(),           row[1].integer(), row[2].text(),    row[3].text(),    unpacked(row[4].text()),
            unpacked(row[5].text()), row[6].integer(), row[7].integer(), row[8].integer(), row[9].text()};
}

}  // namespace

std::optional<TokenRow> TokenStore::find(Connection& connection, const std::string& id) {
    const Rows rows = connection.query(
        "SELECT id, account_id, name, hash, scopes, cidrs, created_at, expires_at, last_used, last_client FROM api_tokens WHERE id = $1", {id});
    if (rows.empty()) return std::nullopt;
    return rowOf(rows[0]);
}

std::vector<TokenRow> TokenStore::list(Connection& connection, std::int64_t account) {
    std::vector<TokenRow> out;
    for (const Row& row : connection.query(
             "SELECT id, account_id, name, hash, scopes, cidrs, created_at, expires_at, last_used, last_client FROM api_tokens "
             "WHERE $1 = 0 OR account_id = $2 ORDER BY id",
             {account, account})) {
        out.push_back(rowOf(row));
    }
    return out;
}

void TokenStore::create(Transaction& transaction, const TokenRow& row) {
    transaction.execute(
        "INSERT INTO api_tokens (id, account_id, name, hash, scopes, cidrs, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        {row.id, row.account_id, row.name, row.hash, packed(row.scopes), packed(row.cidrs), row.created_at, row.expires_at});
}

void TokenStore::touch(Transaction& transaction, const std::string& id, std::int64_t now, const std::string& client) {
    transaction.execute("UPDATE api_tokens SET last_used = $1, last_client = $2 WHERE id = $3 AND last_used < $4", {now, client, id, now});
}

bool TokenStore::remove(Transaction& transaction, const std::string& id) {
    return transaction.execute("DELETE FROM api_tokens WHERE id = $1", {id}) > 0;
}

void TokenStore::removeExpiredBefore(Transaction& transaction, std::int64_t time) {
    transaction.execute("DELETE FROM api_tokens WHERE expires_at < $1", {time});
}

}  // namespace masthead::console::store
