// Server-side sessions: a 256-bit cookie kept only as its SHA-256, idle and absolute limits, at most ten per account.
//
// Thread-safe. The principal is read from the database on every call, so a changed role or a disabled account acts on the
// next request. version() grows whenever a session or an account changed, so that open event streams look again. Errors:
// Unauthenticated (unknown, expired, disabled), or the store's.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/http/request.hpp"

namespace masthead::console {
class EventBus;
namespace rbac { class Catalogue; }
namespace store {
class Database;
class Transaction;
}  // namespace store
}  // namespace masthead::console

namespace masthead::console::auth {

struct SessionLimits {
    std::int64_t idle_ms = 30 * 60 * 1000;
    std::int64_t absolute_ms = 12 * 60 * 60 * 1000;
};

class Sessions {
public:
    Sessions(store::Database& database, rbac::Catalogue& catalogue, EventBus& events, Clock& clock, SessionLimits limits)
        : database_(database), catalogue_(catalogue), events_(events), clock_(clock), limits_(limits) {}

    /// The cookie's value. Drops the oldest session beyond ten.
    std::string create(store::Transaction& transaction, std::int64_t account, const Request& request);
    /// By cookie; marks the session as used.
    Result<Principal> authenticate(const std::string& token);
    /// By cookie hash kept from an earlier authenticate(); does not mark it as used.
    Result<Principal> look(const std::string& token_hash);

    /// Both inside the change that demands it; call announce() with the handles after the commit.
    void revoke(store::Transaction& transaction, const std::string& handle);
    std::vector<std::string> revokeAccount(store::Transaction& transaction, std::int64_t account);
    /// Tells open streams that these sessions ended, and that principals may have changed.
    void announce(const std::vector<std::string>& handles);
    void removeExpired();

    std::uint64_t version() const { return version_.load(); }
    static std::string hashOf(const std::string& token);

    static constexpr std::size_t kPerAccount = 10;

private:
    Result<Principal> principalOf(const std::string& token_hash, bool touch);

    store::Database& database_;
    rbac::Catalogue& catalogue_;
    EventBus& events_;
    Clock& clock_;
    SessionLimits limits_;
    std::atomic<std::uint64_t> version_{1};
};

}  // namespace masthead::console::auth
