// Failed tries per account and authenticator, kept in the database so that a restart forgets nothing: five are free, then
// each waits longer (1, 2, 4 .. 900 s), at a hundred in a row the authenticator is locked until the person changes it.
//
// Thread-safe: state lives in the database, every call runs inside the caller's transaction. A try is counted by take()
// before it is looked at and given back by succeeded(), so that parallel guesses cannot slip through. Subjects are
// "account:<id>", "device:<hash>" (a browser that signed in before has a lane of its own) and "address:<keyed hash>".
#pragma once

#include <cstdint>
#include <string>

#include "host/base/clock.hpp"

namespace masthead::console::store {
class Connection;
class Transaction;
}  // namespace masthead::console::store

namespace masthead::console::auth {

class AccountThrottle {
public:
    struct Verdict {
        std::int64_t wait_ms = 0;  // > 0: too early, nothing was counted
        bool locked = false;       // the authenticator is off, nothing was counted
    };

    explicit AccountThrottle(Clock& clock) : clock_(clock) {}

    Verdict take(store::Transaction& transaction, const std::string& subject, const std::string& authenticator);
    /// Counts towards the lock only: for authenticators that share their waits with others.
    Verdict takeWithoutWait(store::Transaction& transaction, const std::string& subject, const std::string& authenticator);
    /// After a counted try turned out wrong. True when this one locked the authenticator.
    bool failed(store::Transaction& transaction, const std::string& subject, const std::string& authenticator);
    void succeeded(store::Transaction& transaction, const std::string& subject, const std::string& authenticator);
    static bool locked(store::Connection& connection, const std::string& subject, const std::string& authenticator);
    /// What no longer counts.
    void removeOld(store::Transaction& transaction);

    static constexpr std::int64_t kFree = 5;
    static constexpr std::int64_t kLongestWaitMs = 900000;
    static constexpr std::int64_t kForgetMs = 12 * 60 * 60 * 1000;
    static constexpr std::int64_t kLockAt = 100;

private:
    Verdict count(store::Transaction& transaction, const std::string& subject, const std::string& authenticator, bool waits);

    Clock& clock_;
};

}  // namespace masthead::console::auth
