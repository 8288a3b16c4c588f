#include "host/console/audit/verifier.hpp"

#include "host/base/encoding.hpp"
#include "host/base/json.hpp"
#include "host/console/audit/canonical.hpp"
#include "host/console/audit/seal.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/audit_store.hpp"

namespace masthead::console::audit {
namespace {

std::string number(std::int64_t value) { return std::to_string(value); }

Json extraOf(const store::AuditSeal& seal) {
    auto parsed = parseJson(seal.extra, kLocalJson);
    return parsed && parsed->isObject() ? std::move(*parsed) : Json::object();
}

}  // namespace

ChainVerifier::ChainVerifier(std::string host, Anchor anchor)
    : host_(std::move(host)), anchor_(std::move(anchor)), seq_(anchor_.seq), hash_(anchor_.seq > 0 ? anchor_.hash : kGenesis), sealed_to_(anchor_.seq) {}

std::optional<Bad> ChainVerifier::record(const store::AuditRow& row) {
    const std::int64_t expected = seq_ + 1;
    if (row.seq > expected) return Bad{expected, "the audit log lacks record " + number(expected) + " (found " + number(row.seq) + " instead)"};
    if (row.seq < expected) return Bad{row.seq, "audit record " + number(row.seq) + " stands there twice"};
    if (epoch_ > 0 && seq_ > first_sealed_ && seq_ % kCheckpointEvery == 0 && sealed_to_ < seq_) {
        return Bad{seq_, "record " + number(seq_) + " must carry a checkpoint and has none: the seals were removed, or could not be made"};
    }
    // Members that form 1 does not cover could be filled in by anybody.
    const bool covered = row.version == kForm || (row.version == 1 && row.auth.empty() && row.before.empty() && row.after.empty());
    if (!row.sound || !covered || row.previous != hash_ || row.hash != chainHash(hash_, row)) {
        return Bad{row.seq, "audit record " + number(row.seq) + " was changed after it was written"};
    }
    seq_ = row.seq;
    hash_ = row.hash;
    ++records_;
    return std::nullopt;
}

std::optional<Bad> ChainVerifier::standsHere(const store::AuditSeal& seal, const std::string& what) const {
    // Below the anchor only the signatures can be checked: the records are gone.
    if (seal.seq < anchor_.seq) return std::nullopt;
    if (seal.seq != seq_) {
        if (seal.seq > seq_) return Bad{seq_ + 1, what + " speaks of record " + number(seal.seq) + ", but the log ends at " + number(seq_) + ": its end was cut off"};
        return Bad{seal.seq, what + " for record " + number(seal.seq) + " stands behind record " + number(seq_)};
    }
    if (seal.hash == hash_) return std::nullopt;
    return Bad{sealed_to_ + 1, what + " at record " + number(seal.seq) + " does not fit: records between " + number(sealed_to_ + 1) + " and " +
                                   number(seal.seq) + " were rewritten"};
}

std::optional<Bad> ChainVerifier::epoch(const store::AuditSeal& seal) {
    const std::string key = extraOf(seal).text("key");
    const bool root = seal.number == 1;
    if (root) {
        const std::string id = hostIdOf(key);
        if (host_.empty()) host_ = id;
        if (id.empty() || seal.host != id || host_ != id) return Bad{seal.seq, "the log's first key belongs to another host (" + id + ", expected " + host_ + ")"};
    }
    if (!signatureFits(seal, root ? key : key_)) return Bad{seal.seq, "the key of epoch " + number(seal.number) + " is not signed by the one before it"};
    epoch_ = seal.number;
    key_ = key;
    if (root) {
        first_sealed_ = seal.seq;
        if (anchor_.seq == 0) sealed_to_ = seal.seq;
    }
    return std::nullopt;
}

std::optional<Bad> ChainVerifier::seal(const store::AuditSeal& seal) {
    const bool is_epoch = seal.kind == "epoch";
    const bool is_checkpoint = seal.kind == "checkpoint";
    const std::string what = "the " + seal.kind + " seal " + number(seal.number);
    if (!is_epoch && !is_checkpoint && seal.kind != "retention" && seal.kind != "restored") return Bad{seal.seq, "a seal of unknown kind"};

    std::int64_t& last = numbers_[seal.kind];
    // Checkpoints below the anchor have been given up with their records.
    const bool first_kept = is_checkpoint && last == 0 && anchor_.seq > 0 && seal.number > 0;
    if (seal.number != last + 1 && !first_kept) {
        return Bad{seal.seq, "the " + seal.kind + " seal " + number(last + 1) + " is missing (found " + number(seal.number) + " instead)"};
    }
    if (is_epoch && seal.number == 1) {
        if (auto bad = standsHere(seal, what)) return bad;
        if (auto bad = epoch(seal)) return bad;
        last = 1;
        return std::nullopt;
    }
    if (epoch_ == 0) return Bad{seal.seq, what + " comes before the log's first key"};
    if (seal.host != host_) return Bad{seal.seq, what + " belongs to another host"};
    if (seal.epoch != epoch_) {
        return Bad{seal.seq, what + " was made with the key of epoch " + number(seal.epoch) + ", but epoch " + number(epoch_) + " was in force"};
    }
    if (!is_epoch && !signatureFits(seal, key_)) return Bad{seal.seq, what + " carries a wrong signature"};
    if (seal.kind == "retention") {
        if (seal.seq == anchor_.seq && seal.hash == anchor_.hash) anchor_vouched_ = true;
    } else if (auto bad = standsHere(seal, what)) {
        return bad;
    }
    if (is_epoch) {
        if (auto bad = epoch(seal)) return bad;
    }
    if (is_checkpoint) {
        checkpoint_ = seal.number;
        if (seal.seq >= anchor_.seq) sealed_to_ = seal.seq;
    }
    last = seal.number;
    return std::nullopt;
}

std::optional<Bad> ChainVerifier::finish(bool part) const {
    if (epoch_ == 0) return Bad{seq_ + 1, "the log carries no seal at all: its seals were removed"};
    if (anchor_.seq > 0 && !anchor_vouched_ && !part) {
        return Bad{anchor_.seq, "the records up to " + number(anchor_.seq) + " are gone and no signed retention record gave them up"};
    }
    if (seq_ > first_sealed_ && seq_ % kCheckpointEvery == 0 && sealed_to_ < seq_) {
        return Bad{seq_, "record " + number(seq_) + " must carry a checkpoint and has none: the seals were removed, or could not be made"};
    }
    return std::nullopt;
}

}  // namespace masthead::console::audit
