#include "host/console/audit/audit_check.hpp"

#include "host/base/file.hpp"
#include "host/console/audit/head_file.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/audit_store.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::audit {
namespace {

constexpr std::int64_t kPage = 2000;

/// Hands out the records in pages, so that a log of any length fits into memory.
class Records {
public:
    Records(store::Connection& connection, std::int64_t after) : connection_(connection), last_(after) {}
    const store::AuditRow* peek() {
        if (at_ == page_.size() && !ended_) {
            page_ = store::AuditStore::after(connection_, last_, kPage);
            at_ = 0;
            ended_ = page_.empty();
        }
        return ended_ ? nullptr : &page_[at_];
    }
    void next() { last_ = page_[at_++].seq; }

private:
    store::Connection& connection_;
    std::vector<store::AuditRow> page_;
    std::size_t at_ = 0;
    std::int64_t last_;
    bool ended_ = false;
};

std::optional<Bad> recordsUpTo(ChainVerifier& verifier, Records& records, std::int64_t seq) {
    while (const auto* row = records.peek()) {
        // A gap that reaches beyond the seal is the record's finding, not the seal's.
        if (row->seq > seq && verifier.seq() >= seq) break;
        if (auto bad = verifier.record(*row)) return bad;
        records.next();
    }
    return std::nullopt;
}

std::optional<Bad> chain(store::Connection& connection, ChainVerifier& verifier, Records& records, bool sealed) {
    std::int64_t last_id = 0;
    while (sealed) {
        const auto seals = store::AuditSealStore::written(connection, last_id, kPage);
        if (seals.empty()) break;
        for (const auto& seal : seals) {
            last_id = seal.id;
            if (seal.kind != "retention") {
                if (auto bad = recordsUpTo(verifier, records, seal.seq)) return bad;
            }
            if (auto bad = verifier.seal(seal)) return bad;
        }
    }
    if (auto bad = recordsUpTo(verifier, records, INT64_MAX)) return bad;
    return sealed ? verifier.finish() : std::nullopt;
}

std::optional<Bad> against(store::Connection& connection, const ChainVerifier& verifier, const std::optional<Head>& head, bool file_expected) {
    if (!head) {
        if (!file_expected) return std::nullopt;
        return Bad{verifier.seq(), "the counter file is gone: whether the end of the log was cut off cannot be told"};
    }
    const std::string at = std::to_string(head->seq);
    if (head->seq > verifier.seq()) {
        return Bad{verifier.seq() + 1, "the log ends at record " + std::to_string(verifier.seq()) + ", but the counter file knows of record " + at +
                                           ": its end was cut off, or an older database was put in place"};
    }
    const auto row = store::AuditStore::find(connection, head->seq);
    if (row && row->hash != head->hash) {
        return Bad{head->seq, "record " + at + " is not the one that the counter file knows: an older database was put in place and has grown since"};
    }
    if (head->checkpoint > verifier.checkpoints()) {
        return Bad{verifier.sealedTo() + 1, "the counter file knows of checkpoint " + std::to_string(head->checkpoint) + ", the log only of " +
                                                std::to_string(verifier.checkpoints()) + ": seals were removed"};
    }
    return std::nullopt;
}

}  // namespace

Json Verdict::json() const {
    return Json::object({{"ok", !bad.has_value()},
                         {"records", records},
                         {"from", std::to_string(from)},
                         {"to", std::to_string(to)},
                         {"sealed_to", std::to_string(sealed_to)},
                         {"host", host},
                         {"head", head},
                         {"bad", bad ? Json::object({{"seq", std::to_string(bad->seq)}, {"reason", bad->reason}}) : Json()}});
}

Result<Verdict> verifyStore(store::Database& database, const std::string& head_file) {
    const bool sealed = !head_file.empty();
    Verdict verdict;
    // Before the snapshot: the log may then only be ahead of the file.
    auto head = sealed ? readHead(head_file) : Result<std::optional<Head>>(std::optional<Head>());
    Status status = database.read([&](store::Connection& connection) -> Status {
        Anchor anchor;
        if (const auto given_up = store::AuditSealStore::last(connection, "retention")) anchor = {given_up->seq, given_up->hash};
        const bool file_expected = sealed && store::AuditSealStore::value(connection, "head-file").has_value();
        if (head && !*head && file_expected) head = readHead(head_file);  // made between the two looks
        if (!head) {
            verdict.bad = Bad{store::AuditStore::head(connection).first, head.error().message};
            return {};
        }
        ChainVerifier verifier(*head ? (*head)->host : "", anchor);
        Records records(connection, anchor.seq);
        if (const auto* first = records.peek()) verdict.from = first->seq;
        verdict.bad = chain(connection, verifier, records, sealed);
        if (!verdict.bad && sealed) verdict.bad = against(connection, verifier, *head, file_expected);
        verdict.records = verifier.records();
        verdict.to = verifier.seq();
        verdict.sealed_to = verifier.sealedTo();
        verdict.checkpoints = verifier.checkpoints();
        verdict.host = verifier.host();
        verdict.head = verifier.hash();
        return {};
    });
    if (!status) return std::move(status).error();
    return verdict;
}

}  // namespace masthead::console::audit
