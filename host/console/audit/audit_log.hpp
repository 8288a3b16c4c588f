// The audit log: a hash chain from the first row, append-only, written in the transaction of the change it describes.
//
// Thread-safe. Each record's hash is SHA-256(previous hash, canonical JSON of the record); verify() names the first record
// that does not fit. A change outside our database (headscale) is an intent before and an outcome after it; intents that a
// crash left open are closed as "unknown" by closeOpenIntents() at start. Never hand it a secret.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/http/request.hpp"

namespace masthead::console::store {
class Database;
class Transaction;
}  // namespace masthead::console::store

namespace masthead::console::audit {

struct Entry {
    std::string principal;       // what people read: the e-mail address, "local:cli", "plugin:nodes"
    std::string principal_id;    // "account:1"
    std::string action;          // "nodes.rename", "session.create"
    std::string object;          // "node/7", "/admin/api/v1/admins/2"
    std::string outcome = "success";  // success | failure | denied | intent | unknown
    Json detail = Json::object();
    std::string request_id = {};
    std::string client = {};

    /// Principal, request id and client address taken from the request.
    static Entry of(const Request& request, std::string action, std::string object);
};

class AuditLog {
public:
    AuditLog(store::Database& database, Clock& clock) : database_(database), clock_(clock) {}

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

    /// {"records":[...newest first...],"next":"<id>"|null}; closed intents are shown by their outcome only.
    Result<Json> list(std::uint32_t limit, std::int64_t before);
    /// The number of records when the chain holds; Internal naming the first bad record when not.
    Result<std::int64_t> verify();

private:
    store::Database& database_;
    Clock& clock_;
};

}  // namespace masthead::console::audit
