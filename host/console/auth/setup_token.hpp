// The one-time token that makes the first admin: 256 bit, 30 minutes, single use, void once an admin exists.
//
// The plain token lies in run/setup-token (0600); the database keeps its hash and its end, so that it survives a restart
// of the console within its time. Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"

namespace masthead::console::store {
class Connection;
class Database;
class Transaction;
}  // namespace masthead::console::store

namespace masthead::console::auth {

class SetupToken {
public:
    SetupToken(store::Database& database, Clock& clock, std::string file, std::int64_t lifetime_ms)
        : database_(database), clock_(clock), file_(std::move(file)), lifetime_ms_(lifetime_ms) {}

    /// At start and from time to time: keeps a valid token, replaces an expired one, removes both when an admin exists.
    /// The token when one is valid now.
    Result<std::optional<std::string>> ensure();
    /// In the transaction that creates the first admin: PermissionDenied unless the token fits; it is used up by this.
    Status consume(store::Transaction& transaction, const std::string& token);
    static bool needed(store::Connection& connection);

private:
    store::Database& database_;
    Clock& clock_;
    std::string file_;
    std::int64_t lifetime_ms_;
    std::mutex mutex_;  // one ensure() at a time
};

}  // namespace masthead::console::auth
