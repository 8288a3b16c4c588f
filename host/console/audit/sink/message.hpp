// One item of the log on its way out: a JSON line (as in an export), and that line as a syslog message. Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "host/console/audit/log_items.hpp"

namespace masthead::console::audit {

struct SinkMessage {
    std::string line;        // JSON, without a newline
    std::int64_t at = 0;     // wall ms
    bool warning = false;    // something was denied, failed or stayed unknown
};

SinkMessage messageOf(const LogItem& item);

/// RFC 5424, facility 13 (log audit): "<110>1 2026-07-01T12:00:00.250Z host masthead - audit - {...}".
std::string syslogText(const SinkMessage& message, const std::string& host_name);
/// The same for a datagram: what would not fit loses detail, before and after and says so with "cut":true.
std::string syslogDatagram(const SinkMessage& message, const std::string& host_name);

inline constexpr std::size_t kMaxDatagram = 8192;

}  // namespace masthead::console::audit
