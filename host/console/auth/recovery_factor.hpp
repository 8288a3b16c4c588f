// Recovery codes as a stand-in for a lost second factor. Making and looking at codes costs Argon2id, so both are done in two
// steps: the costly one outside any transaction, the deciding one inside the caller's.
//
// Thread-safe. Codes are shown once, when they are made (RC-04); only their hashes are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/auth/recovery_codes.hpp"
#include "host/console/auth/second_factors.hpp"

namespace masthead::console::store {
class Database;
}

namespace masthead::console::auth {

struct RecoverySet {
    std::vector<std::string> shown;  // "ABCD-EFGH-JKMN-PQRS"
    std::string salt;
    std::vector<std::string> hashes;
};

class RecoveryFactor final : public SecondFactor {
public:
    RecoveryFactor(store::Database& database, Clock& clock, RecoveryCost cost = {})
        : database_(database), clock_(clock), cost_(cost) {}

    /// A new set, not kept yet. About ten times the cost of a try.
    Result<RecoverySet> prepare() const;
    /// The same for an account that has no codes left, with its first factor; nullopt when it has some.
    Result<std::optional<RecoverySet>> prepareIfNone(std::int64_t account) const;
    /// Voids all older codes of the account (RC-03).
    void keep(store::Transaction& transaction, std::int64_t account, const RecoverySet& set);

    /// What use() compares, from what was typed; empty when it cannot be a code of this account.
    Result<std::string> hashTyped(std::int64_t account, const std::string& typed) const;
    /// Uses the code up; false when it is none of the account's, or was used (RC-02, RC-10).
    bool use(store::Transaction& transaction, std::int64_t account, const std::string& hash);
    std::int64_t left(store::Connection& connection, std::int64_t account) const;

    std::string method() const override { return "recovery"; }
    bool usable(store::Connection& connection, std::int64_t account) override { return left(connection, account) > 0; }
    bool standsAlone() const override { return false; }
    void describe(store::Connection& connection, std::int64_t account, Json& into) override;
    bool removeAll(store::Transaction& transaction, std::int64_t account) override;

private:
    store::Database& database_;
    Clock& clock_;
    RecoveryCost cost_;
};

}  // namespace masthead::console::auth
