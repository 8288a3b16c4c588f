// The audit log: a hash chain from the first row under signed checkpoints, append-only, written in the transaction of the
// change it describes.
//
// Thread-safe. Each record's hash is SHA-256(previous hash, canonical JSON of the record). A change outside our database
// (headscale) is an intent before and an outcome after it; intents that a crash left open are closed as "unknown" by
// closeOpenIntents() at start. Reading and verifying: audit_reader.hpp, audit_check.hpp. Never hand it a secret.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/http/request.hpp"

namespace masthead::console::store {
class Database;
class Sealer;
class Transaction;
}  // namespace masthead::console::store

namespace masthead::console::audit {

class Sealing;

struct Entry {
    std::string principal;       // what people read: the e-mail address, "local:cli", "plugin:nodes"
    std::string principal_id;    // "account:1"
    std::string action;          // "nodes.rename", "session.create"
    std::string object;          // "node/7", "/admin/api/v1/admins/2"
    std::string outcome = "success";  // success | failure | denied | intent | unknown
    Json detail = Json::object();
    std::string request_id = {};
    std::string client = {};
    std::string auth = {};            // authOf(principal)
    Json before = Json();             // the changed part, as it was and as it became; null = not told
    Json after = Json();

    /// Principal, request id, client address and way of signing in taken from the request.
    static Entry of(const Request& request, std::string action, std::string object);
};

/// "password session:1f2e3d4c5b6a7988" (a hash of the session's handle), "token token:<id>", "local"; empty = nobody.
std::string authOf(const Principal& principal);

class AuditLog {
public:
    AuditLog(store::Database& database, Clock& clock);
    ~AuditLog();
    AuditLog(const AuditLog&) = delete;
    AuditLog& operator=(const AuditLog&) = delete;

    /// From now on checkpoints are made, every 256 records here and every minute by the keeper. FailedPrecondition when the
    /// signing key cannot be read: the log goes on without seals, which a verification then tells.
    Status startSealing(const store::Sealer& sealer);
    /// Called from the writing thread at every append, before it is committed. Set it before other threads write.
    void onAppend(std::function<void()> hook) { appended_ = std::move(hook); }

    /// In a transaction of its own.
    Status record(const Entry& entry);
    /// In the transaction of the change: both are kept or neither. The record's sequence number.
    Result<std::int64_t> record(store::Transaction& transaction, const Entry& entry);

    /// Commits "about to do this"; the number closes it.
    Result<std::int64_t> intent(Entry entry);
    /// Commits what came of it: success, failure, denied, or unknown when nobody waited for the end.
    Status outcome(std::int64_t intent, Entry entry);
    /// At start: whatever was begun and never closed becomes "unknown". Returns how many.
    Result<std::int64_t> closeOpenIntents();

    /// A checkpoint at the newest record if it has none yet. Ok without sealing.
    Status checkpoint();
    /// Records the change and a seal of its own kind with it (kind retention or restored), then a checkpoint.
    /// `seal_seq` and `seal_hash` are what the seal speaks of; 0 and "" = the record itself.
    Result<std::int64_t> state(const Entry& entry, const std::string& kind, std::int64_t seal_seq, const std::string& seal_hash, Json extra);
    /// {"records":[...newest first...],"next":"<id>"|null}; see audit_reader.hpp for more.
    Result<Json> list(std::uint32_t limit, std::int64_t before);
    /// The number of records when the bare chain holds; Internal naming the first bad record when not. audit_check.hpp also
    /// looks at the seals.
    Result<std::int64_t> verify();
    /// Empty, or why no seals are made.
    std::string sealingProblem() const;

private:
    struct Written {
        std::int64_t seq;
        std::string hash;
    };
    Written append(store::Transaction& transaction, const Entry& entry, std::int64_t intent);

    store::Database& database_;
    Clock& clock_;
    std::unique_ptr<Sealing> sealing_;  // null: no seals
    std::string sealing_problem_;       // written before other threads start
    std::atomic<bool> sealing_failed_{false};
    std::function<void()> appended_;
};

}  // namespace masthead::console::audit
