// What people may ask of the audit log, in one place for routes and the command line: pages, exports, state, verification.
// Thread-safe; one verification at a time.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "host/console/audit/audit_reader.hpp"
#include "host/console/audit/exporter.hpp"

namespace masthead::console::audit {

class AuditLog;
class Keeper;

class AuditDesk {
public:
    struct Parts {
        store::Database& database;
        const Clock& clock;
        const AuditLog& log;
        const Keeper& keeper;
        std::string head_file;
        std::uint32_t retention_days;
        std::function<Json()> sink;  // its status, or null
    };
    explicit AuditDesk(Parts parts);

    AuditReader& reader() { return reader_; }
    Status exportTo(const store::AuditFilter& filter, ExportForm form, const ExportSink& sink);
    /// {"records","first","last_checkpoint","host","sink","retention_days","last_verified","problem"}
    Result<Json> status();
    /// The verdict, also kept as "last_verified". Conflict while another one runs.
    Result<Json> verify();

private:
    Parts parts_;
    AuditReader reader_;
    std::mutex verifying_;
};

}  // namespace masthead::console::audit
