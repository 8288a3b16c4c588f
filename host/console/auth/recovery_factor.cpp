#include "host/console/auth/recovery_factor.hpp"

#include "host/console/store/database.hpp"
#include "host/console/store/factor_store.hpp"

namespace masthead::console::auth {

Result<RecoverySet> RecoveryFactor::prepare() const {
    RecoverySet out;
    out.salt = newRecoverySalt();
    for (const auto& code : newRecoveryCodes()) {
        auto hash = hashRecoveryCode(code, out.salt, cost_);
        if (!hash) return std::move(hash).error();
        out.hashes.push_back(std::move(*hash));
        out.shown.push_back(showRecoveryCode(code));
    }
    return out;
}

Result<std::optional<RecoverySet>> RecoveryFactor::prepareIfNone(std::int64_t account) const {
    std::int64_t have = 0;
    Status read = database_.read([&](store::Connection& connection) -> Status {
        have = left(connection, account);
        return {};
    });
    if (!read) return std::move(read).error();
    if (have > 0) return std::optional<RecoverySet>();
    auto made = prepare();
    if (!made) return std::move(made).error();
    return std::optional<RecoverySet>(std::move(*made));
}

void RecoveryFactor::keep(store::Transaction& transaction, std::int64_t account, const RecoverySet& set) {
    store::FactorStore::putRecovery(transaction, account, set.salt, set.hashes, clock_.wallMs());
}

Result<std::string> RecoveryFactor::hashTyped(std::int64_t account, const std::string& typed) const {
    const auto code = tidyRecoveryCode(typed);
    if (!code) return std::string();
    std::string salt;
    Status read = database_.read([&](store::Connection& connection) -> Status {
        salt = store::FactorStore::recoverySalt(connection, account);
        return {};
    });
    if (!read) return std::move(read).error();
    if (salt.empty()) return std::string();
    return hashRecoveryCode(*code, salt, cost_);
}

bool RecoveryFactor::use(store::Transaction& transaction, std::int64_t account, const std::string& hash) {
    return !hash.empty() && store::FactorStore::useRecovery(transaction, account, hash, clock_.wallMs());
}

std::int64_t RecoveryFactor::left(store::Connection& connection, std::int64_t account) const {
    return store::FactorStore::recoveryLeft(connection, account).value_or(0);
}

void RecoveryFactor::describe(store::Connection& connection, std::int64_t account, Json& into) {
    const auto left = store::FactorStore::recoveryLeft(connection, account);
    into.set("recovery_left", left ? Json(static_cast<long long>(*left)) : Json());
}

bool RecoveryFactor::removeAll(store::Transaction& transaction, std::int64_t account) {
    return store::FactorStore::removeRecovery(transaction, account);
}

}  // namespace masthead::console::auth
