#include "host/console/store/idempotency_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {

std::optional<IdempotencyRow> IdempotencyStore::find(Connection& connection, const IdempotencyName& name) {
    const Rows rows = connection.query(
        "SELECT request_hash, state, answer, created_at FROM idempotency WHERE principal = $1 AND route = $2 AND key_hash = $3",
        {name.principal, name.route, name.key_hash});
    if (rows.empty()) return std::nullopt;
    return IdempotencyRow{rows[0][0].text(), rows[0][1].text(), rows[0][2].bytes(), rows[0][3].integer()};
}

void IdempotencyStore::begin(Transaction& transaction, const IdempotencyName& name, const std::string& request_hash, std::int64_t now) {
    transaction.execute("INSERT INTO idempotency (principal, route, key_hash, request_hash, state, created_at) VALUES ($1, $2, $3, $4, 'running', $5)",
                        {name.principal, name.route, name.key_hash, request_hash, now});
}

void IdempotencyStore::end(Transaction& transaction, const IdempotencyName& name, const std::string& state, const std::string& answer) {
    transaction.execute("UPDATE idempotency SET state = $1, answer = $2 WHERE principal = $3 AND route = $4 AND key_hash = $5",
                        {state, Bytes{answer}, name.principal, name.route, name.key_hash});
}

void IdempotencyStore::remove(Transaction& transaction, const IdempotencyName& name) {
    transaction.execute("DELETE FROM idempotency WHERE principal = $1 AND route = $2 AND key_hash = $3", {name.principal, name.route, name.key_hash});
}

void IdempotencyStore::interrupt(Transaction& transaction) { transaction.execute("UPDATE idempotency SET state = 'unknown' WHERE state = 'running'"); }

void IdempotencyStore::removeOlderThan(Transaction& transaction, std::int64_t time) {
    transaction.execute("DELETE FROM idempotency WHERE created_at <= $1", {time});
}

void IdempotencyStore::keepNewest(Transaction& transaction, const std::string& principal, std::int64_t most) {
    transaction.execute(
        "DELETE FROM idempotency WHERE principal = $1 AND state <> 'running' AND created_at < "
        "(SELECT MIN(created_at) FROM (SELECT created_at FROM idempotency WHERE principal = $2 ORDER BY created_at DESC LIMIT $3))",
        {principal, principal, most});
}

}  // namespace masthead::console::store
