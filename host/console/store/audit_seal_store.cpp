#include "host/console/store/audit_seal_store.hpp"

#include "host/console/store/database.hpp"

#define MH_SEAL_COLUMNS "kind, number, host, seq, at, epoch, hash, extra, signature"

namespace masthead::console::store {
namespace {

std::vector<AuditSeal> sealsOf(const Rows& rows) {
    std::vector<AuditSeal> out;
    out.reserve(rows.size());
    for (const Row& row : rows) {
        out.push_back({row[0].integer(), row[1].text(), row[2].integer(), row[3].text(), row[4].integer(), row[5].integer(), row[6].integer(), row[7].text(),
                       row[8].text(), row[9].text()});
    }
    return out;
}

std::optional<AuditSeal> firstOf(const Rows& rows) {
    auto seals = sealsOf(rows);
    if (seals.empty()) return std::nullopt;
    return std::move(seals.front());
}

}  // namespace

void AuditSealStore::append(Transaction& transaction, const AuditSeal& seal) {
    transaction.execute("INSERT INTO audit_seals (" MH_SEAL_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                        {seal.kind, seal.number, seal.host, seal.seq, seal.at, seal.epoch, seal.hash, seal.extra, seal.signature});
}

std::optional<AuditSeal> AuditSealStore::last(Connection& connection, const std::string& kind) {
    return firstOf(connection.query("SELECT id, " MH_SEAL_COLUMNS " FROM audit_seals WHERE kind = $1 ORDER BY number DESC LIMIT 1", {kind}));
}

std::vector<AuditSeal> AuditSealStore::after(Connection& connection, const std::string& kind, std::int64_t number, std::int64_t limit) {
    return sealsOf(connection.query("SELECT id, " MH_SEAL_COLUMNS " FROM audit_seals WHERE kind = $1 AND number > $2 ORDER BY number LIMIT $3", {kind, number, limit}));
}

std::vector<AuditSeal> AuditSealStore::written(Connection& connection, std::int64_t after_id, std::int64_t limit) {
    return sealsOf(connection.query("SELECT id, " MH_SEAL_COLUMNS " FROM audit_seals WHERE id > $1 ORDER BY id LIMIT $2", {after_id, limit}));
}

std::optional<AuditSeal> AuditSealStore::checkpointBefore(Connection& connection, std::int64_t at) {
    return firstOf(connection.query("SELECT id, " MH_SEAL_COLUMNS " FROM audit_seals WHERE kind = 'checkpoint' AND number < "
                                    "COALESCE((SELECT min(number) FROM audit_seals WHERE kind = 'checkpoint' AND at >= $1), 9223372036854775807) "
                                    "ORDER BY number DESC LIMIT 1",
                                    {at}));
}

std::int64_t AuditSealStore::removeCheckpointsBelow(Transaction& transaction, std::int64_t seq) {
    return transaction.execute("DELETE FROM audit_seals WHERE kind = 'checkpoint' AND seq < $1", {seq});
}

std::optional<std::string> AuditSealStore::value(Connection& connection, const std::string& name) {
    const Rows rows = connection.query("SELECT value FROM audit_values WHERE name = $1", {name});
    if (rows.empty()) return std::nullopt;
    return rows[0][0].bytes();
}

void AuditSealStore::putValue(Transaction& transaction, const std::string& name, const std::string& value) {
    transaction.execute("INSERT INTO audit_values (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", {name, Bytes{value}});
}

}  // namespace masthead::console::store
