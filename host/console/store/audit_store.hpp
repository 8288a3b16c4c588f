// Rows of the audit table, which only grows: triggers refuse UPDATE, and DELETE of all that no retention seal gave up.
// No hashing here. Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct AuditRow {
    std::int64_t seq = 0;
    std::int64_t at = 0;
    std::string principal, principal_id, action, object, outcome, detail, request_id, client;
    std::int64_t intent = 0;  // the intent that this record closes; 0 = none
    std::string previous;     // hex hash of the record before
    std::string hash;
    std::int64_t version = 1;    // of the canonical form: 1 knows none of the members below
    std::string auth;            // "password session:1f2e...", "token token:ab12"
    std::string before, after;   // JSON text; empty = not told
    bool sound = true;           // every column holds the kind of value it is meant for (told by after() only)
};

/// What a reader asks for; empty texts and zeros do not restrict.
struct AuditFilter {
    std::string principal, object, outcome;  // as they stand
    std::string action;                      // as it stands, or "nodes.*"
    std::string text;                        // somewhere in a record, letter case ignored
    std::int64_t from = 0, to = 0;           // wall ms, both included

    bool empty() const {
        return principal.empty() && object.empty() && outcome.empty() && action.empty() && text.empty() && from == 0 && to == 0;
    }
};

class AuditStore {
public:
    static std::optional<AuditRow> last(Connection& connection);
    static std::optional<AuditRow> find(Connection& connection, std::int64_t seq);
    /// The number and hash of the newest record; 0 and nothing in an empty log.
    static std::pair<std::int64_t, std::string> head(Connection& connection);
    /// The oldest number, 0 in an empty log.
    static std::int64_t first(Connection& connection);
    static std::int64_t count(Connection& connection);
    static void append(Transaction& transaction, const AuditRow& row);

    /// The matching records with floor <= seq < before, newest first, at most `limit`; closed intents are left out.
    static std::vector<AuditRow> matching(Connection& connection, const AuditFilter& filter, std::int64_t before, std::int64_t floor, std::int64_t limit);
    /// The lowest and highest number within the filter's times; {0, 0} when there is none.
    static std::pair<std::int64_t, std::int64_t> timeBounds(Connection& connection, std::int64_t from, std::int64_t to);
    enum class Facet { Principal, Action, Outcome };
    /// Distinct values in order, at most `limit`.
    static std::vector<std::string> facet(Connection& connection, Facet which, std::int64_t limit);

    static std::vector<AuditRow> openIntents(Connection& connection);
    /// Oldest first, after `seq`.
    static std::vector<AuditRow> after(Connection& connection, std::int64_t seq, std::int64_t limit);
    /// Removes records up to `seq`, at most `limit` of them; refused by the trigger above the newest retention seal.
    static std::int64_t remove(Transaction& transaction, std::int64_t seq, std::int64_t limit);
};

}  // namespace masthead::console::store
