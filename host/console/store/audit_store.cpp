#include "host/console/store/audit_store.hpp"

#include "host/console/store/database.hpp"

#define MH_AUDIT_COLUMNS                                                                                                      \
    "seq, at, principal, principal_id, action, object, outcome, detail, request_id, client, intent, previous, hash, version, " \
    "auth, value_before, value_after"
// A number that was replaced by text would be read as the same number, or as 0.
#define MH_AUDIT_SOUND                                                                                                        \
    "typeof(seq) = 'integer' AND typeof(at) = 'integer' AND typeof(intent) = 'integer' AND typeof(version) = 'integer' "      \
    "AND typeof(principal) = 'text' AND typeof(principal_id) = 'text' AND typeof(action) = 'text' AND typeof(object) = 'text' " \
    "AND typeof(outcome) = 'text' AND typeof(detail) = 'text' AND typeof(request_id) = 'text' AND typeof(client) = 'text' "   \
    "AND typeof(previous) = 'text' AND typeof(hash) = 'text' AND typeof(auth) = 'text' AND typeof(value_before) = 'text' "    \
    "AND typeof(value_after) = 'text'"
// What a filter asks, with parameters $4 to $9 and $3 as "older than"; an index is chosen by the condition put before it.
#define MH_AUDIT_MATCH                                                                                                          \
    "seq >= $2 AND seq < $3 "                                                                                                   \
    "AND ($4 = '' OR +principal = $4) AND ($5 = '' OR +object = $5) AND ($6 = '' OR +outcome = $6) "                            \
    "AND ($7 = '' OR +action = $7) AND ($8 = '' OR substr(action, 1, length($8)) = $8) "                                        \
    "AND ($9 = '' OR principal LIKE $9 ESCAPE '\\' OR action LIKE $9 ESCAPE '\\' OR object LIKE $9 ESCAPE '\\' "               \
    "OR detail LIKE $9 ESCAPE '\\' OR value_before LIKE $9 ESCAPE '\\' OR value_after LIKE $9 ESCAPE '\\' "                    \
    "OR client LIKE $9 ESCAPE '\\' OR request_id LIKE $9 ESCAPE '\\') "                                                        \
    "AND at >= $10 AND at <= $11 "                                                                                              \
    "AND NOT (outcome = 'intent' AND EXISTS (SELECT 1 FROM audit AS later WHERE later.intent = shown.seq)) "                   \
    "ORDER BY seq DESC LIMIT $12"

namespace masthead::console::store {
namespace {

AuditRow rowOf(const Row& row) {
    AuditRow out;
    out.seq = row[0].integer();
    out.at = row[1].integer();
    std::string* const texts[] = {&out.principal, &out.principal_id, &out.action, &out.object, &out.outcome, &out.detail, &out.request_id, &out.client};
    std::size_t column = 2;
    for (std::string* text : texts) *text = row[column++].text();
    out.intent = row[10].integer();
    out.previous = row[11].text();
    out.hash = row[12].text();
    out.version = row[13].integer();
    out.auth = row[14].text();
    out.before = row[15].text();
    out.after = row[16].text();
    if (row.size() > 17) out.sound = row[17].integer() == 1;
    return out;
}

std::vector<AuditRow> rowsOf(const Rows& rows) {
    std::vector<AuditRow> out;
    out.reserve(rows.size());
    for (const Row& row : rows) out.push_back(rowOf(row));
    return out;
}

std::string likePattern(const std::string& text) {
    if (text.empty()) return {};
    std::string out = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') out += '\\';
        out += c;
    }
    return out + "%";
}

}  // namespace

std::optional<AuditRow> AuditStore::last(Connection& connection) {
    const Rows rows = connection.query("SELECT " MH_AUDIT_COLUMNS " FROM audit ORDER BY seq DESC LIMIT 1");
    if (rows.empty()) return std::nullopt;
    return rowOf(rows[0]);
}

std::optional<AuditRow> AuditStore::find(Connection& connection, std::int64_t seq) {
    const Rows rows = connection.query("SELECT " MH_AUDIT_COLUMNS " FROM audit WHERE seq = $1", {seq});
    if (rows.empty()) return std::nullopt;
    return rowOf(rows[0]);
}

std::pair<std::int64_t, std::string> AuditStore::head(Connection& connection) {
    const Rows rows = connection.query("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1");
    if (rows.empty()) return {0, {}};
    return {rows[0][0].integer(), rows[0][1].text()};
}

std::int64_t AuditStore::first(Connection& connection) {
    const Rows rows = connection.query("SELECT seq FROM audit ORDER BY seq LIMIT 1");
    return rows.empty() ? 0 : rows[0][0].integer();
}

std::int64_t AuditStore::count(Connection& connection) {
    // The numbers have no gap, so nothing needs to be counted.
    const std::int64_t oldest = first(connection);
    return oldest == 0 ? 0 : head(connection).first - oldest + 1;
}

void AuditStore::append(Transaction& transaction, const AuditRow& row) {
    transaction.execute("INSERT INTO audit (" MH_AUDIT_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
                        {row.seq, row.at, row.principal, row.principal_id, row.action, row.object, row.outcome, row.detail, row.request_id, row.client,
                         row.intent, row.previous, row.hash, row.version, row.auth, row.before, row.after});
}

std::vector<AuditRow> AuditStore::matching(Connection& connection, const AuditFilter& filter, std::int64_t before, std::int64_t floor, std::int64_t limit) {
    const bool prefix = filter.action.size() > 1 && filter.action.back() == '*';
    const std::string action = prefix ? "" : filter.action;
    const std::string beginning = prefix ? filter.action.substr(0, filter.action.size() - 1) : "";
    Params params = {"", floor, before, filter.principal, filter.object, filter.outcome, action, beginning, likePattern(filter.text),
                     filter.from, filter.to == 0 ? INT64_MAX : filter.to, limit};
    // The narrowest index first: an object has fewest records, an outcome most.
    if (!filter.object.empty()) {
        params[0] = filter.object;
        return rowsOf(connection.query("SELECT " MH_AUDIT_COLUMNS " FROM audit AS shown WHERE object = $1 AND " MH_AUDIT_MATCH, params));
    }
    if (!action.empty()) {
        params[0] = action;
        return rowsOf(connection.query("SELECT " MH_AUDIT_COLUMNS " FROM audit AS shown WHERE action = $1 AND " MH_AUDIT_MATCH, params));
    }
    if (!filter.principal.empty()) {
        params[0] = filter.principal;
        return rowsOf(connection.query("SELECT " MH_AUDIT_COLUMNS " FROM audit AS shown WHERE principal = $1 AND " MH_AUDIT_MATCH, params));
    }
    if (!filter.outcome.empty()) {
        params[0] = filter.outcome;
        return rowsOf(connection.query("SELECT " MH_AUDIT_COLUMNS " FROM audit AS shown WHERE outcome = $1 AND " MH_AUDIT_MATCH, params));
    }
    return rowsOf(connection.query("SELECT " MH_AUDIT_COLUMNS " FROM audit AS shown WHERE $1 = '' AND " MH_AUDIT_MATCH, params));
}

std::pair<std::int64_t, std::int64_t> AuditStore::timeBounds(Connection& connection, std::int64_t from, std::int64_t to) {
    const Rows rows = connection.query("SELECT min(seq), max(seq) FROM audit INDEXED BY audit_by_time WHERE at >= $1 AND at <= $2", {from, to == 0 ? INT64_MAX : to});
    return {rows[0][0].integer(), rows[0][1].integer()};
}

std::vector<std::string> AuditStore::facet(Connection& connection, Facet which, std::int64_t limit) {
    // One step of the index per distinct value, however many records there are.
    Rows rows;
    switch (which) {
        case Facet::Principal:
            rows = connection.query(
                "WITH RECURSIVE found (x) AS (SELECT min(principal) FROM audit UNION ALL SELECT (SELECT min(principal) FROM audit WHERE principal > x) "
                "FROM found WHERE x IS NOT NULL LIMIT $1) SELECT x FROM found WHERE x IS NOT NULL",
                {limit});
            break;
        case Facet::Action:
            rows = connection.query(
                "WITH RECURSIVE found (x) AS (SELECT min(action) FROM audit UNION ALL SELECT (SELECT min(action) FROM audit WHERE action > x) "
                "FROM found WHERE x IS NOT NULL LIMIT $1) SELECT x FROM found WHERE x IS NOT NULL",
                {limit});
            break;
        case Facet::Outcome:
            rows = connection.query(
                "WITH RECURSIVE found (x) AS (SELECT min(outcome) FROM audit UNION ALL SELECT (SELECT min(outcome) FROM audit WHERE outcome > x) "
                "FROM found WHERE x IS NOT NULL LIMIT $1) SELECT x FROM found WHERE x IS NOT NULL",
                {limit});
            break;
    }
    std::vector<std::string> out;
    for (const Row& row : rows) out.push_back(row[0].text());
    return out;
}

std::vector<AuditRow> AuditStore::openIntents(Connection& connection) {
    return rowsOf(connection.query("SELECT " MH_AUDIT_COLUMNS " FROM audit AS begun WHERE outcome = 'intent' "
                                   "AND NOT EXISTS (SELECT 1 FROM audit AS later WHERE later.intent = begun.seq) ORDER BY seq"));
}

std::vector<AuditRow> AuditStore::after(Connection& connection, std::int64_t seq, std::int64_t limit) {
    return rowsOf(connection.query("SELECT " MH_AUDIT_COLUMNS ", (" MH_AUDIT_SOUND ") FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2", {seq, limit}));
}

std::int64_t AuditStore::remove(Transaction& transaction, std::int64_t seq, std::int64_t limit) {
    return transaction.execute("DELETE FROM audit WHERE seq IN (SELECT seq FROM audit WHERE seq <= $1 ORDER BY seq LIMIT $2)", {seq, limit});
}

}  // namespace masthead::console::store
