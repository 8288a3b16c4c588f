#include "host/console/server/audit_room.hpp"

#include "host/base/log.hpp"
#include "host/config/paths.hpp"
#include "host/config/public_url.hpp"
#include "host/console/audit/sink/forwarder.hpp"

namespace masthead::console::server {
namespace {

/// Stands in while the sink's settings cannot be used (a token file that is missing); looked at again with each attempt.
class UnusableOutlet final : public audit::Outlet {
public:
    explicit UnusableOutlet(Error error) : error_(std::move(error)) {}
    Status send(const std::vector<audit::SinkMessage>&, const std::stop_token&) override { return error_; }
    bool confirms() const override { return true; }

private:
    Error error_;
};

void post(notify::Poster& poster, const char* event, const char* severity, const char* title, const std::string& text) {
    notify::Note note;
    note.event = event;
    note.permission = "core.audit.read";
    note.title = title;
    note.text = text;
    note.link = "/admin/audit";
    note.severity = severity;
    if (Status posted = poster.post(std::move(note)); !posted) log::warning("a notification could not be kept", {{"cause", posted.error().message}});
}

std::unique_ptr<audit::Forwarder> makeForwarder(const config::Config& config, store::Database& database, const Clock& clock, notify::Poster& poster) {
    const config::AuditSink& settings = config.audit.sink;
    if (settings.kind == "none") return nullptr;
    const auto url = config::parsePublicUrl(config.public_url);
    const std::string host_name = url ? url->host : "masthead";
    const auto outlet = [settings, host_name](const std::string& host_id) -> std::unique_ptr<audit::Outlet> {
        auto target = audit::parseTarget(settings);
        if (!target) return std::make_unique<UnusableOutlet>(std::move(target).error());
        return audit::makeOutlet(*target, host_name, host_id);
    };
    const auto alarm = [&poster](bool raised, const std::string& text) {
        if (raised) post(poster, "core.audit.sink", "critical", "The audit log's second place does not keep up", text);
        else post(poster, "core.audit.sink", "info", "The audit log's second place keeps up again", text);
    };
    return std::make_unique<audit::Forwarder>(audit::Forwarder::Parts{database, clock, settings.kind, audit::identityOf(settings), outlet, alarm});
}

}  // namespace

AuditRoom::AuditRoom(const config::Config& config, store::Database& database, audit::AuditLog& log, const Clock& clock, EventBus& events,
                     notify::Poster& poster)
    : poster_(poster),
      forwarder_(makeForwarder(config, database, clock, poster)),
      keeper_({database, log, clock, &events, config::Paths(config).auditHead(), config.audit.retention_days, config.audit.archive_dir,
               [this] {
                   if (forwarder_) forwarder_->wake();
               },
               [this](const std::string& what) {
                   post(poster_, "core.audit.damaged", "critical", "The audit log was tampered with, or an older database was put in place",
                        what + ". Verify it, and compare it with the second place where it is sent.");
               }}),
      desk_({database, clock, log, keeper_, config::Paths(config).auditHead(), config.audit.retention_days,
             [this] { return forwarder_ ? forwarder_->status() : Json(); }}) {}

AuditRoom::~AuditRoom() { stop(); }

void AuditRoom::start() {
    if (forwarder_) forwarder_->start();
    keeper_.start();
}

void AuditRoom::stop() {
    keeper_.stop();
    if (forwarder_) forwarder_->stop();
}

}  // namespace masthead::console::server
