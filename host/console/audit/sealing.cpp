#include "host/console/audit/sealing.hpp"

#include "host/base/timestamp.hpp"
#include "host/console/audit/canonical.hpp"
#include "host/console/audit/seal.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/audit_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"

namespace masthead::console::audit {
namespace {

constexpr const char* kKeyName = "signing-key";

std::string contextOf(std::int64_t epoch) { return "audit/epoch/" + std::to_string(epoch); }

Json keyOf(const SigningKey& key) { return Json::object({{"key", key.publicKey()}}); }

std::int64_t nextNumber(store::Connection& connection, const std::string& kind) {
    const auto last = store::AuditSealStore::last(connection, kind);
    return last ? last->number + 1 : 1;
}

}  // namespace

Result<SigningKey> Sealing::key(store::Connection& connection, std::int64_t epoch) const {
    const auto sealed = store::AuditSealStore::value(connection, kKeyName);
    if (!sealed) return Error{Code::FailedPrecondition, "the audit log's signing key is missing from the store"};
    auto seed = sealer_.unseal(*sealed, contextOf(epoch));
    if (!seed) {
        return Error{Code::FailedPrecondition, "the audit log's signing key cannot be unsealed: keys/master.key is not the one it was sealed with", seed.error().message};
    }
    return SigningKey::fromSeed(*seed);
}

Status Sealing::keep(store::Transaction& transaction, const SigningKey& key, std::int64_t epoch) const {
    store::AuditSealStore::putValue(transaction, kKeyName, sealer_.seal(key.seed(), contextOf(epoch)));
    return {};
}

Status Sealing::write(store::Transaction& transaction, const SigningKey& key, store::AuditSeal seal) const {
    seal.signature = key.sign(sealedText(seal));
    store::AuditSealStore::append(transaction, seal);
    return {};
}

Status Sealing::open(store::Transaction& transaction, std::int64_t now) {
    const auto current = store::AuditSealStore::last(transaction, "epoch");
    if (current) {
        auto usable = key(transaction, current->number);
        if (!usable) return std::move(usable).error();
        return {};
    }
    const auto [seq, hash] = store::AuditStore::head(transaction);
    const SigningKey root = SigningKey::make();
    if (Status kept = keep(transaction, root, 1); !kept) return kept;
    return write(transaction, root, {0, "epoch", 1, hostIdOf(root.publicKey()), seq, now, 1, seq == 0 ? kGenesis : hash, keyOf(root).dump(), {}});
}

Status Sealing::checkpoint(store::Transaction& transaction, std::int64_t seq, const std::string& hash, std::int64_t now) {
    const auto epoch = store::AuditSealStore::last(transaction, "epoch");
    if (!epoch) return Error{Code::FailedPrecondition, "the audit log has no key yet"};
    auto signer = key(transaction, epoch->number);
    if (!signer) return std::move(signer).error();
    const std::int64_t next = nextNumber(transaction, "checkpoint");
    if (Status written = write(transaction, *signer, {0, "checkpoint", next, epoch->host, seq, now, epoch->number, hash, "{}", {}}); !written) return written;
    // A clock that runs backwards must not keep a key for ever.
    const bool due = seq - epoch->seq >= kEpochRecords || now - epoch->at >= kEpochMs || now < epoch->at;
    if (!due) return {};
    const SigningKey fresh = SigningKey::make();
    if (Status kept = keep(transaction, fresh, epoch->number + 1); !kept) return kept;
    return write(transaction, *signer, {0, "epoch", epoch->number + 1, epoch->host, seq, now, epoch->number, hash, keyOf(fresh).dump(), {}});
}

Status Sealing::state(store::Transaction& transaction, const std::string& kind, std::int64_t seq, const std::string& hash, const Json& extra, std::int64_t now) {
    const auto epoch = store::AuditSealStore::last(transaction, "epoch");
    if (!epoch) return Error{Code::FailedPrecondition, "the audit log has no key yet"};
    auto signer = key(transaction, epoch->number);
    if (!signer) return std::move(signer).error();
    return write(transaction, *signer, {0, kind, nextNumber(transaction, kind), epoch->host, seq, now, epoch->number, hash, extra.dump(), {}});
}

Json lastCheckpoint(store::Connection& connection) {
    const auto last = store::AuditSealStore::last(connection, "checkpoint");
    if (!last) return Json();
    return Json::object({{"seq", std::to_string(last->seq)}, {"at", formatTimestamp(last->at)}, {"epoch", last->epoch}});
}

std::string hostId(store::Connection& connection) {
    const auto last = store::AuditSealStore::last(connection, "epoch");
    return last ? last->host : std::string();
}

}  // namespace masthead::console::audit
