// The two forms in which the log leaves the host, and reading one of them back: JSON lines (what docs/audit.md specifies and
// verifyExport() checks) and CSV for spreadsheets. Pure functions; the parser takes foreign bytes (fuzzed).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "host/base/result.hpp"
#include "host/console/audit/log_items.hpp"
#include "host/console/audit/verifier.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/audit_store.hpp"

namespace masthead::console::audit {

inline constexpr std::size_t kMaxLine = 1024 * 1024;

struct ExportHeader {
    std::string host;
    Anchor anchor;           // of the oldest record kept
    bool complete = true;    // false: filtered, so a verifier cannot tell whether something is missing
    bool part = false;       // ends before the log does: what vouches for the anchor may stand in a later part
};

/// One line each, with the newline.
std::string headerLine(const ExportHeader& header);
std::string recordLine(const store::AuditRow& row);
std::string sealLine(const store::AuditSeal& seal);
std::string lineOf(const LogItem& item);

using ExportLine = std::variant<ExportHeader, store::AuditRow, store::AuditSeal>;
/// InvalidArgument says what is wrong with the line (without its newline).
Result<ExportLine> parseLine(std::string_view line);

std::string csvHead();
/// A cell that a spreadsheet would take for a formula begins with an apostrophe (AL-22).
std::string csvLine(const store::AuditRow& row);

}  // namespace masthead::console::audit
