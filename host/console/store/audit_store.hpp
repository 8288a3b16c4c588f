// Rows of the audit table, which only grows: triggers refuse UPDATE and DELETE. No hashing here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
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
};

class AuditStore {
public:
    static std::optional<AuditRow> last(Connection& connection);
    static void append(Transaction& transaction, const AuditRow& row);
    /// Newest first, older than `before`; intents that were closed are left out.
    static std::vector<AuditRow> page(Connection& connection, std::int64_t before, std::int64_t limit);
    static std::vector<AuditRow> openIntents(Connection& connection);
    /// Oldest first, after `seq`.
    static std::vector<AuditRow> after(Connection& connection, std::int64_t seq, std::int64_t limit);
};

}  // namespace masthead::console::store
