#include "host/console/store/passkey_store.hpp"

#include "host/base/encoding.hpp"
#include "host/base/text.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

std::string decoded(const Value& value) { return base64UrlDecode(value.text()).value_or(std::string()); }

PasskeyRow rowOf(const Row& row) {
    PasskeyRow out;
    out.id = row[0].integer();
    out.account_id = row[1].integer();
    out.credential_id = decoded(row[2]);
    out.public_key = decoded(row[3]);
    out.algorithm = row[4].integer();
    out.sign_count = static_cast<std::uint32_t>(row[5].integer());
    out.backup_eligible = row[6].integer() != 0;
    out.backed_up = row[7].integer() != 0;
    out.aaguid = decoded(row[8]);
    const std::string transports = row[9].text();
    for (const auto one : split(transports, ',')) {
        if (!one.empty()) out.transports.emplace_back(one);
    }
    out.rp_id = row[10].text();
    out.name = row[11].text();
    out.created_at = row[12].integer();
    out.last_used = row[13].integer();
    out.locked_at = row[14].integer();
    return out;
}

std::optional<PasskeyRow> first(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return rowOf(rows[0]);
}

}  // namespace

std::vector<PasskeyRow> PasskeyStore::ofAccount(Connection& connection, std::int64_t account) {
    std::vector<PasskeyRow> out;
    for (const Row& row : connection.query(
             "SELECT id, account_id, credential_id, public_key, algorithm, sign_count, backup_eligible, backed_up, aaguid, transports, rp_id, name, "
             "created_at, last_used, locked_at FROM passkeys WHERE account_id = $1 ORDER BY id",
             {account})) {
        out.push_back(rowOf(row));
    }
    return out;
}

std::optional<PasskeyRow> PasskeyStore::find(Connection& connection, std::int64_t id) {
    return first(connection.query(
        "SELECT id, account_id, credential_id, public_key, algorithm, sign_count, backup_eligible, backed_up, aaguid, transports, rp_id, name, "
        "created_at, last_used, locked_at FROM passkeys WHERE id = $1",
        {id}));
}

std::optional<PasskeyRow> PasskeyStore::findByCredential(Connection& connection, const std::string& credential_id) {
    return first(connection.query(
        "SELECT id, account_id, credential_id, public_key, algorithm, sign_count, backup_eligible, backed_up, aaguid, transports, rp_id, name, "
        "created_at, last_used, locked_at FROM passkeys WHERE credential_id = $1",
        {base64UrlEncode(credential_id)}));
}

std::int64_t PasskeyStore::countFor(Connection& connection, const std::string& rp_id) {
    return connection.query("SELECT COUNT(*) FROM passkeys WHERE rp_id = $1", {rp_id})[0][0].integer();
}

std::int64_t PasskeyStore::countForOthers(Connection& connection, const std::string& rp_id) {
    return connection.query("SELECT COUNT(*) FROM passkeys WHERE rp_id <> $1", {rp_id})[0][0].integer();
}

std::int64_t PasskeyStore::create(Transaction& transaction, const PasskeyRow& row) {
    std::string transports;
    for (const auto& one : row.transports) transports += (transports.empty() ? "" : ",") + one;
    const std::string credential = base64UrlEncode(row.credential_id);
    transaction.execute(
        "INSERT INTO passkeys (account_id, credential_id, public_key, algorithm, sign_count, backup_eligible, backed_up, aaguid, transports, rp_id, "
        "name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        {row.account_id, credential, base64UrlEncode(row.public_key), row.algorithm, std::int64_t{row.sign_count}, row.backup_eligible, row.backed_up,
         base64UrlEncode(row.aaguid), transports, row.rp_id, row.name, row.created_at});
    return transaction.query("SELECT id FROM passkeys WHERE credential_id = $1", {credential})[0][0].integer();
}

void PasskeyStore::used(Transaction& transaction, std::int64_t id, std::uint32_t sign_count, bool backed_up, std::int64_t now) {
    transaction.execute("UPDATE passkeys SET sign_count = $1, backed_up = $2, last_used = $3 WHERE id = $4", {std::int64_t{sign_count}, backed_up, now, id});
}

void PasskeyStore::lock(Transaction& transaction, std::int64_t id, std::int64_t now) {
    transaction.execute("UPDATE passkeys SET locked_at = $1 WHERE id = $2 AND locked_at = 0", {now, id});
}

void PasskeyStore::rename(Transaction& transaction, std::int64_t id, const std::string& name) {
    transaction.execute("UPDATE passkeys SET name = $1 WHERE id = $2", {name, id});
}

void PasskeyStore::remove(Transaction& transaction, std::int64_t id) { transaction.execute("DELETE FROM passkeys WHERE id = $1", {id}); }

std::int64_t PasskeyStore::removeOfAccount(Transaction& transaction, std::int64_t account) {
    return transaction.execute("DELETE FROM passkeys WHERE account_id = $1", {account});
}

}  // namespace masthead::console::store
