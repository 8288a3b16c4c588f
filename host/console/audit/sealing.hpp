// Sealing: makes the log's seals with a key that evolves. The new key of an epoch is signed by the old one, whose private
// part is then erased: who takes the key today cannot sign yesterday.
//
// Thread-safe in that every method works inside the caller's transaction. The private key lies in the store, sealed.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::store {
class Connection;
class Database;
class Sealer;
class Transaction;
struct AuditRow;
struct AuditSeal;
}  // namespace masthead::console::store

namespace masthead::console::audit {

class SigningKey;

class Sealing {
public:
    static constexpr std::int64_t kEpochRecords = 4096;
    static constexpr std::int64_t kEpochMs = 60 * 60 * 1000;

    explicit Sealing(const store::Sealer& sealer) : sealer_(sealer) {}

    /// At start: the first key when there is none. FailedPrecondition when the present one cannot be unsealed.
    Status open(store::Transaction& transaction, std::int64_t now);
    /// A checkpoint at the newest record, and a new epoch when it is due.
    Status checkpoint(store::Transaction& transaction, std::int64_t seq, const std::string& hash, std::int64_t now);
    /// A statement of its own: kind retention or restored.
    Status state(store::Transaction& transaction, const std::string& kind, std::int64_t seq, const std::string& hash, const Json& extra, std::int64_t now);

private:
    Result<SigningKey> key(store::Connection& connection, std::int64_t epoch) const;
    Status keep(store::Transaction& transaction, const SigningKey& key, std::int64_t epoch) const;
    Status write(store::Transaction& transaction, const SigningKey& key, store::AuditSeal seal) const;

    const store::Sealer& sealer_;
};

/// {"seq","at","epoch"} of the newest checkpoint, or null.
Json lastCheckpoint(store::Connection& connection);
/// The host's id: empty before the first seal.
std::string hostId(store::Connection& connection);

}  // namespace masthead::console::audit
