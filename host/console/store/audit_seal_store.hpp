// Seals of the audit log (signed statements about it) and its few own values. No cryptography here.
// Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace masthead::console::store {

class Connection;
class Transaction;

struct AuditSeal {
    std::int64_t id = 0;      // order of writing; not signed
    std::string kind;         // epoch | checkpoint | retention | restored
    std::int64_t number = 0;  // counts the seals of one kind, from 1, without a gap
    std::string host;         // the host's id
    std::int64_t seq = 0;     // the record it speaks of; 0 = before the first
    std::int64_t at = 0;
    std::int64_t epoch = 0;   // whose key signed; a new epoch's seal is signed by the one before it
    std::string hash;         // of record `seq`
    std::string extra;        // JSON text: the new epoch's public key, the lost head, ...
    std::string signature;    // hex
};

class AuditSealStore {
public:
    static void append(Transaction& transaction, const AuditSeal& seal);
    static std::optional<AuditSeal> last(Connection& connection, const std::string& kind);
    /// Those of one kind with a number above `number`, in order.
    static std::vector<AuditSeal> after(Connection& connection, const std::string& kind, std::int64_t number, std::int64_t limit);
    /// Of any kind, in the order of writing.
    static std::vector<AuditSeal> written(Connection& connection, std::int64_t after_id, std::int64_t limit);
    /// The last checkpoint before the first that is not older than `at`: a clock that ran backwards makes nothing look old.
    static std::optional<AuditSeal> checkpointBefore(Connection& connection, std::int64_t at);
    static std::int64_t removeCheckpointsBelow(Transaction& transaction, std::int64_t seq);

    static std::optional<std::string> value(Connection& connection, const std::string& name);
    static void putValue(Transaction& transaction, const std::string& name, const std::string& value);
};

}  // namespace masthead::console::store
