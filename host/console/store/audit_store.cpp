#include "host/console/store/audit_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

AuditRow rowOf(const Row& row) {
    return {row[0].integer(), row[1].integer(), row[2].text(), row[3].text(),     row[4].text(),  row[5].text(), row[6].text(),
            row[7].text(),    row[8].text(),    row[9].text(), row[10].integer(), row[11].text(), row[12].text()};
}

std::vector<AuditRow> rowsOf(const Rows& rows) {
    std::vector<AuditRow> out;
    out.reserve(rows.size());
    for (const Row& row : rows) out.push_back(rowOf(row));
    return out;
}

}  // namespace

std::optional<AuditRow> AuditStore::last(Connection& connection) {
    const Rows rows = connection.query(
        "SELECT seq, at, principal, principal_id, action, object, outcome, detail, request_id, client, intent, previous, hash "
        "FROM audit ORDER BY seq DESC LIMIT 1");
    if (rows.empty()) return std::nullopt;
    return rowOf(rows[0]);
}

void AuditStore::append(Transaction& transaction, const AuditRow& row) {
    transaction.execute(
        "INSERT INTO audit (seq, at, principal, principal_id, action, object, outcome, detail, request_id, client, intent, previous, hash) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        {row.seq, row.at, row.principal, row.principal_id, row.action, row.object, row.outcome, row.detail, row.request_id, row.client,
         row.intent, row.previous, row.hash});
}

std::vector<AuditRow> AuditStore::page(Connection& connection, std::int64_t before, std::int64_t limit) {
    return rowsOf(connection.query(
        "SELECT seq, at, principal, principal_id, action, object, outcome, detail, request_id, client, intent, previous, hash "
        "FROM audit AS shown WHERE seq < $1 AND NOT (outcome = 'intent' AND EXISTS (SELECT 1 FROM audit AS later WHERE later.intent = shown.seq)) "
        "ORDER BY seq DESC LIMIT $2",
        {before, limit}));
}

std::vector<AuditRow> AuditStore::openIntents(Connection& connection) {
    return rowsOf(connection.query(
        "SELECT seq, at, principal, principal_id, action, object, outcome, detail, request_id, client, intent, previous, hash "
        "FROM audit AS begun WHERE outcome = 'intent' AND NOT EXISTS (SELECT 1 FROM audit AS later WHERE later.intent = begun.seq) "
        "ORDER BY seq"));
}

std::vector<AuditRow> AuditStore::after(Connection& connection, std::int64_t seq, std::int64_t limit) {
    return rowsOf(connection.query(
        "SELECT seq, at, principal, principal_id, action, object, outcome, detail, request_id, client, intent, previous, hash "
        "FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2",
        {seq, limit}));
}

}  // namespace masthead::console::store
