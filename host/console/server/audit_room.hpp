// The audit log's helpers put together from the configuration: keeper, second sink, and the desk that routes ask.
// Thread-safe after construction; everything it is given outlives it.
#pragma once

#include <memory>

#include "host/config/config.hpp"
#include "host/console/audit/audit_desk.hpp"
#include "host/console/audit/keeper.hpp"
#include "host/console/notify/poster.hpp"

namespace masthead::console::audit { class Forwarder; }

namespace masthead::console::server {

class AuditRoom {
public:
    AuditRoom(const config::Config& config, store::Database& database, audit::AuditLog& log, const Clock& clock, EventBus& events, notify::Poster& poster);
    ~AuditRoom();
    AuditRoom(const AuditRoom&) = delete;
    AuditRoom& operator=(const AuditRoom&) = delete;

    void start();
    void stop();
    audit::AuditDesk& desk() { return desk_; }
    audit::Keeper& keeper() { return keeper_; }

private:
    notify::Poster& poster_;
    std::unique_ptr<audit::Forwarder> forwarder_;  // null without a sink
    audit::Keeper keeper_;
    audit::AuditDesk desk_;
};

}  // namespace masthead::console::server
