// Server-side sessions: a 256-bit cookie kept only as its SHA-256, idle and absolute limits, at most ten per account, five
// minutes for one that still misses its second factor.
//
// Thread-safe. The principal is read from the database on every call, so a changed role or a disabled account acts on the
// next request. version() grows whenever a session or an account changed, so that open event streams look again. Errors:
// Unauthenticated (unknown, expired, disabled), or the store's. Signing in goes through SignIn, which alone decides stages.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/http/request.hpp"
#include "host/console/store/session_store.hpp"

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

struct NewSession {
    std::int64_t account = 0;
    SessionStage stage = SessionStage::Full;
    std::string method = "password";
    store::SsoOrigin sso = {};
};

/// A session that was made: the cookie's value, and what to announceMade() after the commit.
struct MadeSession {
    std::string token;
    std::string handle;
    std::vector<std::string> ended;  // handles that made room
    std::string replaced_hash = {};  // of the cookie that this one follows
    std::int64_t sequence = 0;
};

class Sessions {
public:
    Sessions(store::Database& database, rbac::Catalogue& catalogue, EventBus& events, Clock& clock, SessionLimits limits)
        : database_(database), catalogue_(catalogue), events_(events), clock_(clock), limits_(limits) {}

    /// Drops the oldest session beyond ten; half sessions are counted apart, so that guessing cannot push out real ones.
    MadeSession create(store::Transaction& transaction, const NewSession& session, const Request& request);
    /// The same sign-in under a new cookie and a new handle, freshly authenticated (SE-02): a second factor, a step-up. A
    /// half session gets its full life, others keep their end. Unauthenticated when the session is gone.
    Result<MadeSession> replace(store::Transaction& transaction, const std::string& handle, SessionStage stage, const std::string& method,
                                const Request& request);
    /// By cookie; marks the session as used.
    Result<Principal> authenticate(const std::string& token);
    /// By cookie hash kept from an earlier authenticate(), or that of a cookie that followed it; does not mark it as used.
    Result<Principal> look(const std::string& token_hash);

    /// By handle, for answers that come without the cookie (a redirect from another site): the caller must hold proof that the
    /// browser is the session's.
    Result<Principal> byHandle(const std::string& handle);

    /// Both inside the change that demands it; call announce() with the handles after the commit.
    void revoke(store::Transaction& transaction, const std::string& handle);
    std::vector<std::string> revokeAccount(store::Transaction& transaction, std::int64_t account);
    /// Tells open streams that these sessions ended, and that principals may have changed.
    void announce(const std::vector<std::string>& handles);
    /// After the commit of create() or replace(): ends the streams of `ended`, lets those of the replaced cookie go on.
    void announceMade(const MadeSession& made);
    void removeExpired();
    /// At start: `file`, which no backup holds, knows how many sessions were ever made. A database that knows of fewer is an
    /// older copy: all its sessions end, so that none that was revoked since comes back.
    Status guardAgainstOlderCopies(const std::string& file);

    std::uint64_t version() const { return version_.load(); }
    static std::string hashOf(const std::string& token);
    const SessionLimits& limits() const { return limits_; }

    static constexpr std::size_t kPerAccount = 10;
    static constexpr std::int64_t kHalfMs = 5 * 60 * 1000;
    /// How long an authentication counts as fresh (step-up).
    static constexpr std::int64_t kFreshMs = kStepUpMs;

private:
    Result<Principal> principalOf(const std::string& token_hash, bool touch);

    store::Database& database_;
    rbac::Catalogue& catalogue_;
    EventBus& events_;
    Clock& clock_;
    SessionLimits limits_;
    std::atomic<std::uint64_t> version_{1};
    std::mutex mutex_;                              // guards what follows
    std::map<std::string, std::string> followers_;  // replaced cookie hash -> its follower's, for open streams
    std::string sequence_file_;
};

}  // namespace masthead::console::auth
