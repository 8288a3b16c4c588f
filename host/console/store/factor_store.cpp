#include "host/console/store/factor_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {

std::optional<TotpRow> FactorStore::totp(Connection& connection, std::int64_t account) {
    const Rows rows = connection.query("SELECT seed, last_step, created_at FROM totp_factors WHERE account_id = $1", {account});
    if (rows.empty()) return std::nullopt;
    return TotpRow{rows[0][0].bytes(), rows[0][1].integer(), rows[0][2].integer()};
}

void FactorStore::putTotp(Transaction& transaction, std::int64_t account, const TotpRow& row) {
    transaction.execute(
        "INSERT INTO totp_factors (account_id, seed, last_step, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (account_id) DO "
        "UPDATE "
        "SET seed = excluded.seed, last_step = excluded.last_step, created_at = excluded.created_at",
        {account, Bytes{row.seed}, row.last_step, row.created_at});
}

void FactorStore::setLastStep(Transaction& transaction, std::int64_t account, std::int64_t step) {
    transaction.execute("UPDATE totp_factors SET last_step = $1 WHERE account_id = $2", {step, account});
}

bool FactorStore::removeTotp(Transaction& transaction, std::int64_t account) {
    return transaction.execute("DELETE FROM totp_factors WHERE account_id = $1", {account}) > 0;
}

std::optional<EnrolmentRow> FactorStore::enrolment(Connection& connection, std::int64_t account) {
    const Rows rows = connection.query("SELECT seed, session, created_at FROM totp_enrolments WHERE account_id = $1", {account});
    if (rows.empty()) return std::nullopt;
    return EnrolmentRow{rows[0][0].bytes(), rows[0][1].text(), rows[0][2].integer()};
}

void FactorStore::putEnrolment(Transaction& transaction, std::int64_t account, const EnrolmentRow& row) {
    transaction.execute(
        "INSERT INTO totp_enrolments (account_id, seed, session, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (account_id) DO "
        "UPDATE "
        "SET seed = excluded.seed, session = excluded.session, created_at = excluded.created_at",
        {account, Bytes{row.seed}, row.session, row.created_at});
}

void FactorStore::removeEnrolment(Transaction& transaction, std::int64_t account) {
    transaction.execute("DELETE FROM totp_enrolments WHERE account_id = $1", {account});
}

void FactorStore::removeOldEnrolments(Transaction& transaction, std::int64_t before) {
    transaction.execute("DELETE FROM totp_enrolments WHERE created_at < $1", {before});
}

void FactorStore::putRecovery(Transaction& transaction, std::int64_t account, const std::string& salt,
                              const std::vector<std::string>& hashes, std::int64_t now) {
    removeRecovery(transaction, account);
    transaction.execute("INSERT INTO recovery_sets (account_id, salt, created_at) VALUES ($1, $2, $3)",
                        {account, Bytes{salt}, now});
    for (const auto& hash : hashes)
        transaction.execute("INSERT INTO recovery_codes (account_id, hash) VALUES ($1, $2)", {account, hash});
}

bool FactorStore::removeRecovery(Transaction& transaction, std::int64_t account) {
    return transaction.execute("DELETE FROM recovery_sets WHERE account_id = $1", {account}) > 0;
}

std::string FactorStore::recoverySalt(Connection& connection, std::int64_t account) {
    const Rows rows = connection.query("SELECT salt FROM recovery_sets WHERE account_id = $1", {account});
    return rows.empty() ? std::string() : rows[0][0].bytes();
}

std::optional<std::int64_t> FactorStore::recoveryLeft(Connection& connection, std::int64_t account) {
    if (recoverySalt(connection, account).empty()) return std::nullopt;
    return connection.query("SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1 AND used_at = 0", {account})[0][0]
        .integer();
}

bool FactorStore::useRecovery(Transaction& transaction, std::int64_t account, const std::string& hash, std::int64_t now) {
    return transaction.execute("UPDATE recovery_codes SET used_at = $1 WHERE account_id = $2 AND hash = $3 AND used_at = 0",
                               {now, account, hash}) > 0;
}

}  // namespace masthead::console::store
