// Writes the log, or what a filter lets through, as JSON lines or CSV into a sink, page by page. Thread-safe; holds no
// transaction while the sink is slow.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "host/base/result.hpp"
#include "host/console/store/audit_store.hpp"

namespace masthead::console::store {
class Database;
}

namespace masthead::console::audit {

enum class ExportForm { JsonLines, Csv };

/// False: the reader is gone.
using ExportSink = std::function<bool(std::string_view)>;

/// Oldest first. Without a filter the JSON lines carry every seal and can be verified by themselves. `to` is the newest
/// record to write (0 = the newest at the start).
Status exportLog(store::Database& database, const store::AuditFilter& filter, ExportForm form, std::int64_t to, const ExportSink& sink);

}  // namespace masthead::console::audit
