#include "host/console/audit/audit_desk.hpp"

#include "host/base/log.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/audit/audit_check.hpp"
#include "host/console/audit/audit_log.hpp"
#include "host/console/audit/keeper.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::audit {
namespace {

constexpr const char* kLastVerified = "last-verified";

}  // namespace

AuditDesk::AuditDesk(Parts parts) : parts_(std::move(parts)), reader_(parts_.database, parts_.clock) {}

Status AuditDesk::exportTo(const store::AuditFilter& filter, ExportForm form, const ExportSink& sink) {
    return exportLog(parts_.database, filter, form, 0, sink);
}

Result<Json> AuditDesk::status() {
    auto out = reader_.summary();
    if (!out) return out;
    std::optional<std::string> verified;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        verified = store::AuditSealStore::value(connection, kLastVerified);
        return {};
    });
    if (!read) return std::move(read).error();
    auto last = verified ? parseJson(*verified, kLocalJson) : Result<Json>(Json());
    const std::string sealing = parts_.log.sealingProblem();
    const std::string finding = parts_.keeper.problem();
    out->set("sink", parts_.sink ? parts_.sink() : Json());
    out->set("retention_days", parts_.retention_days);
    out->set("last_verified", last ? std::move(*last) : Json());
    out->set("problem", !finding.empty() ? Json(finding) : !sealing.empty() ? Json(sealing) : Json());
    return out;
}

Result<Json> AuditDesk::verify() {
    const std::unique_lock running(verifying_, std::try_to_lock);
    if (!running) return Error{Code::Conflict, "The audit log is being verified already."};
    auto verdict = verifyStore(parts_.database, parts_.head_file);
    if (!verdict) return std::move(verdict).error();
    Json out = verdict->json();
    Json kept = Json::object({{"at", formatTimestamp(parts_.clock.wallMs())}, {"ok", out["ok"]}, {"records", out["records"]}, {"bad", out["bad"]}});
    Status written = parts_.database.write([&](store::Transaction& transaction) -> Status {
        store::AuditSealStore::putValue(transaction, kLastVerified, kept.dump());
        return {};
    });
    // On a full disk the answer still matters more than remembering it.
    if (!written) log::warning("the result of a verification could not be kept", {{"cause", written.error().message}});
    if (verdict->bad) log::error("the audit log does not verify", {{"record", std::to_string(verdict->bad->seq)}, {"finding", verdict->bad->reason}});
    return out;
}

}  // namespace masthead::console::audit
