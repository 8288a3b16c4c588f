// Rows of failed tries per subject and authenticator ("password", "totp", ...). Rows only; throttle_account.hpp has the rules.
// Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <string>

namespace masthead::console::store {

class Connection;
class Transaction;

struct Failures {
    std::int64_t count = 0;      // consecutive
    std::int64_t last_at = 0;
    std::int64_t locked_at = 0;  // 0 = not locked
};

class FailureStore {
public:
    /// All zero when there were none.
    static Failures find(Connection& connection, const std::string& subject, const std::string& authenticator);
    static void put(Transaction& transaction, const std::string& subject, const std::string& authenticator, const Failures& failures);
    static void remove(Transaction& transaction, const std::string& subject, const std::string& authenticator);
    /// Every authenticator of the subject.
    static void removeAll(Transaction& transaction, const std::string& subject);
    /// Those older than `before` that are not locked or belong to no account; beyond `keep` rows the oldest too.
    static void removeOld(Transaction& transaction, std::int64_t before, std::int64_t keep);
};

}  // namespace masthead::console::store
