// ChainVerifier: fed with records and seals in the order in which they were written, names the first that does not fit.
//
// Pure, one thread, copyable (its state is small). It knows nothing of databases and files: docs/audit.md has the rules in
// words, and a second implementation of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace masthead::console::store {
struct AuditRow;
struct AuditSeal;
}  // namespace masthead::console::store

namespace masthead::console::audit {

/// A checkpoint stands at every record whose number is a multiple of this, from the first seal on.
inline constexpr std::int64_t kCheckpointEvery = 256;

struct Bad {
    std::int64_t seq = 0;  // the first record that is wrong or missing
    std::string reason;    // for people, one sentence
};

/// Where a log begins whose older part was given up by a retention seal; seq 0 is the very beginning.
struct Anchor {
    std::int64_t seq = 0;
    std::string hash;
};

class ChainVerifier {
public:
    /// `host` is the id that every seal must carry; empty: whatever the first seal says.
    ChainVerifier(std::string host, Anchor anchor);

    std::optional<Bad> record(const store::AuditRow& row);
    std::optional<Bad> seal(const store::AuditSeal& seal);
    /// At the end: a started span without its checkpoint, an anchor that no retention seal vouches for, no seals at all.
    /// Of a part that ends early the anchor may be vouched for later: compare anchor() with the part before.
    std::optional<Bad> finish(bool part = false) const;
    const Anchor& anchor() const { return anchor_; }

    std::int64_t records() const { return records_; }
    /// The newest record seen and its hash.
    std::int64_t seq() const { return seq_; }
    const std::string& hash() const { return hash_; }
    /// The newest record that a signature vouches for.
    std::int64_t sealedTo() const { return sealed_to_; }
    std::int64_t checkpoints() const { return checkpoint_; }
    const std::string& host() const { return host_; }

private:
    std::optional<Bad> epoch(const store::AuditSeal& seal);
    std::optional<Bad> standsHere(const store::AuditSeal& seal, const std::string& what) const;

    std::string host_;
    Anchor anchor_;
    bool anchor_vouched_ = false;
    std::int64_t records_ = 0;
    std::int64_t seq_ = 0;
    std::string hash_;
    std::int64_t epoch_ = 0;           // 0 = no seal yet
    std::string key_;                  // its public key
    std::int64_t first_sealed_ = 0;    // records after this one are under seal
    std::int64_t checkpoint_ = 0;      // number of the newest checkpoint
    std::int64_t sealed_to_ = 0;
    std::map<std::string, std::int64_t> numbers_;
};

}  // namespace masthead::console::audit
