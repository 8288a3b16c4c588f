#include "host/console/store/failure_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {

Failures FailureStore::find(Connection& connection, const std::string& subject, const std::string& authenticator) {
    const Rows rows = connection.query("SELECT count, last_at, locked_at FROM sign_in_failures WHERE subject = $1 AND authenticator = $2",
                                       {subject, authenticator});
    if (rows.empty()) return {};
    return {rows[0][0].integer(), rows[0][1].integer(), rows[0][2].integer()};
}

void FailureStore::put(Transaction& transaction, const std::string& subject, const std::string& authenticator, const Failures& failures) {
    const auto changed = transaction.execute("UPDATE sign_in_failures SET count = $1, last_at = $2, locked_at = $3 WHERE subject = $4 AND authenticator = $5",
                                             {failures.count, failures.last_at, failures.locked_at, subject, authenticator});
    if (changed > 0) return;
    transaction.execute("INSERT INTO sign_in_failures (subject, authenticator, count, last_at, locked_at) VALUES ($1, $2, $3, $4, $5)",
                        {subject, authenticator, failures.count, failures.last_at, failures.locked_at});
}

void FailureStore::remove(Transaction& transaction, const std::string& subject, const std::string& authenticator) {
    transaction.execute("DELETE FROM sign_in_failures WHERE subject = $1 AND authenticator = $2", {subject, authenticator});
}

void FailureStore::removeAll(Transaction& transaction, const std::string& subject) {
    transaction.execute("DELETE FROM sign_in_failures WHERE subject = $1", {subject});
}

void FailureStore::removeOld(Transaction& transaction, std::int64_t before, std::int64_t keep) {
    transaction.execute("DELETE FROM sign_in_failures WHERE (locked_at = 0 OR subject LIKE 'address:%') AND last_at < $1", {before});
    const Rows beyond = transaction.query("SELECT last_at FROM sign_in_failures WHERE locked_at = 0 ORDER BY last_at DESC LIMIT 1 OFFSET $1", {keep});
    if (beyond.empty()) return;
    transaction.execute("DELETE FROM sign_in_failures WHERE locked_at = 0 AND last_at <= $1", {beyond[0][0].integer()});
}

}  // namespace masthead::console::store
