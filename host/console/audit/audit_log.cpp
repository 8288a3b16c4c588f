#include "host/console/audit/audit_log.hpp"

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/console/audit/audit_check.hpp"
#include "host/console/audit/audit_reader.hpp"
#include "host/console/audit/canonical.hpp"
#include "host/console/audit/sealing.hpp"
#include "host/console/audit/text_rules.hpp"
#include "host/console/audit/verifier.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/audit_store.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::audit {
namespace {

std::string changed(const Json& value) { return value.isNull() ? std::string() : boundedJson(withoutSecrets(value)); }

}  // namespace

std::string authOf(const Principal& principal) {
    if (principal.anonymous()) return {};
    if (!principal.token_id.empty()) return principal.method + " token:" + principal.token_id;
    if (principal.session_id.empty() || principal.method == "trial") return principal.method;
    // The handle alone ends a session for those who may; the log needs only to tell sessions apart.
    return principal.method + " session:" + sha256Hex("masthead-session:" + principal.session_id).substr(0, 16);
}

Entry Entry::of(const Request& request, std::string action, std::string object) {
    const Principal& who = request.principal;
    Entry entry;
    entry.principal = !who.email.empty() ? who.email : !who.name.empty() ? who.name : who.anonymous() ? "anonymous" : who.id;
    entry.principal_id = who.id;
    entry.action = std::move(action);
    entry.object = std::move(object);
    entry.request_id = request.id;
    entry.client = request.client;
    entry.auth = authOf(who);
    return entry;
}

AuditLog::AuditLog(store::Database& database, Clock& clock) : database_(database), clock_(clock) {}
AuditLog::~AuditLog() = default;

Status AuditLog::startSealing(const store::Sealer& sealer) {
    auto sealing = std::make_unique<Sealing>(sealer);
    Status opened = database_.write([&](store::Transaction& transaction) { return sealing->open(transaction, clock_.wallMs()); });
    if (!opened) {
        sealing_problem_ = opened.error().message;
        return opened;
    }
    sealing_ = std::move(sealing);
    return {};
}

std::string AuditLog::sealingProblem() const {
    if (!sealing_problem_.empty()) return sealing_problem_;
    return sealing_failed_.load() ? "the last checkpoint could not be made; the console's log says why" : "";
}

AuditLog::Written AuditLog::append(store::Transaction& transaction, const Entry& entry, std::int64_t intent) {
    const auto last = store::AuditStore::head(transaction);
    store::AuditRow row;
    row.version = kForm;
    row.seq = last.first + 1;
    row.at = clock_.wallMs();
    row.principal = bounded(entry.principal);
    row.principal_id = bounded(entry.principal_id);
    row.action = bounded(entry.action);
    row.object = bounded(entry.object);
    row.outcome = bounded(entry.outcome);
    row.detail = boundedJson(entry.detail);
    row.before = changed(entry.before);
    row.after = changed(entry.after);
    row.request_id = bounded(entry.request_id);
    row.client = bounded(entry.client);
    row.auth = bounded(entry.auth);
    row.intent = intent;
    row.previous = last.first > 0 ? last.second : kGenesis;
    row.hash = chainHash(row.previous, row);
    store::AuditStore::append(transaction, row);
    if (sealing_ && row.seq % kCheckpointEvery == 0) {
        Status sealed = sealing_->checkpoint(transaction, row.seq, row.hash, row.at);
        sealing_failed_.store(!sealed);
        if (!sealed) log::error("a checkpoint of the audit log could not be made", {{"cause", sealed.error().message}});
    }
    if (appended_) appended_();
    return {row.seq, row.hash};
}

Status AuditLog::record(const Entry& entry) {
    return database_.write([&](store::Transaction& transaction) -> Status {
        append(transaction, entry, 0);
        return {};
    });
}

Result<std::int64_t> AuditLog::record(store::Transaction& transaction, const Entry& entry) { return append(transaction, entry, 0).seq; }

Result<std::int64_t> AuditLog::intent(Entry entry) {
    entry.outcome = "intent";
    std::int64_t seq = 0;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        seq = append(transaction, entry, 0).seq;
        return {};
    });
    if (!status) return std::move(status).error();
    return seq;
}

Status AuditLog::outcome(std::int64_t intent, Entry entry) {
    return database_.write([&](store::Transaction& transaction) -> Status {
        append(transaction, entry, intent);
        return {};
    });
}

Result<std::int64_t> AuditLog::closeOpenIntents() {
    std::int64_t closed = 0;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        for (const auto& row : store::AuditStore::openIntents(transaction)) {
            Entry entry{row.principal, row.principal_id, row.action, row.object, "unknown",
                        Json::object({{"reason", "the console stopped before the outcome was known"}}), row.request_id, row.client, row.auth};
            append(transaction, entry, row.seq);
            ++closed;
        }
        return {};
    });
    if (!status) return std::move(status).error();
    return closed;
}

Result<Json> AuditLog::list(std::uint32_t limit, std::int64_t before) {
    return AuditReader(database_, clock_).page({}, limit, before);
}

Result<std::int64_t> AuditLog::verify() {
    auto verdict = verifyStore(database_, "");
    if (!verdict) return std::move(verdict).error();
    if (verdict->bad) return Error{Code::Internal, verdict->bad->reason};
    return verdict->records;
}

Status AuditLog::checkpoint() {
    if (!sealing_) return {};
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        const auto [seq, hash] = store::AuditStore::head(transaction);
        const auto last = store::AuditSealStore::last(transaction, "checkpoint");
        if (seq == 0 || (last && last->seq >= seq)) return {};
        return sealing_->checkpoint(transaction, seq, hash, clock_.wallMs());
    });
    sealing_failed_.store(!status);
    return status;
}

Result<std::int64_t> AuditLog::state(const Entry& entry, const std::string& kind, std::int64_t seal_seq, const std::string& seal_hash, Json extra) {
    if (!sealing_) return Error{Code::FailedPrecondition, "this needs the audit log's signing key: " + sealingProblem()};
    std::int64_t seq = 0;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        const Written written = append(transaction, entry, 0);
        seq = written.seq;
        extra.set("record", written.seq);
        const bool itself = seal_seq == 0;
        const std::int64_t now = clock_.wallMs();
        return sealing_->state(transaction, kind, itself ? written.seq : seal_seq, itself ? written.hash : seal_hash, extra, now);
    });
    if (!status) return std::move(status).error();
    if (Status sealed = checkpoint(); !sealed) return std::move(sealed).error();
    return seq;
}

}  // namespace masthead::console::audit
