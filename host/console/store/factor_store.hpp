// Rows of second factors that are typed in: TOTP seeds (sealed), enrolments that wait for their first code, recovery codes
// (hashed). Rows only, no rules. Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct TotpRow {
    std::string seed;  // sealed
    std::int64_t last_step = 0;
    std::int64_t created_at = 0;
};

struct EnrolmentRow {
    std::string seed;  // sealed
    std::string session;
    std::int64_t created_at = 0;
};

class FactorStore {
public:
    static std::optional<TotpRow> totp(Connection& connection, std::int64_t account);
    static void putTotp(Transaction& transaction, std::int64_t account, const TotpRow& row);
    static void setLastStep(Transaction& transaction, std::int64_t account, std::int64_t step);
    /// False when there was none.
    static bool removeTotp(Transaction& transaction, std::int64_t account);

    static std::optional<EnrolmentRow> enrolment(Connection& connection, std::int64_t account);
    static void putEnrolment(Transaction& transaction, std::int64_t account, const EnrolmentRow& row);
    static void removeEnrolment(Transaction& transaction, std::int64_t account);
    static void removeOldEnrolments(Transaction& transaction, std::int64_t before);

    /// Replaces the account's codes.
    static void putRecovery(Transaction& transaction, std::int64_t account, const std::string& salt,
                            const std::vector<std::string>& hashes, std::int64_t now);
    static bool removeRecovery(Transaction& transaction, std::int64_t account);
    /// Empty when the account has no codes.
    static std::string recoverySalt(Connection& connection, std::int64_t account);
    /// Unused ones; nullopt when the account has no set.
    static std::optional<std::int64_t> recoveryLeft(Connection& connection, std::int64_t account);
    /// False when there is no such code, or it was used.
    static bool useRecovery(Transaction& transaction, std::int64_t account, const std::string& hash, std::int64_t now);
};

}  // namespace masthead::console::store
