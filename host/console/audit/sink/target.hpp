// Where the second sink is, from audit.sink in masthead.yaml. Plain values; parseTarget() is a pure function but for the
// token, which it resolves.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/result.hpp"
#include "host/config/config.hpp"
#include "host/console/net/url.hpp"

namespace masthead::console::audit {

struct SinkTarget {
    enum class Kind { None, SyslogUnix, SyslogUdp, SyslogTcp, SyslogTls, Http, File };
    Kind kind = Kind::None;
    std::string name;      // "syslog", "http", "file": for people
    std::string path;      // SyslogUnix, File
    std::string host;      // the other syslogs
    std::uint16_t port = 0;
    net::Url url;          // Http
    std::string ca_file;
    std::string token;     // Http; secret
};

/// Tells one target from another; no secret in it.
std::string identityOf(const config::AuditSink& settings);

/// InvalidArgument or FailedPrecondition names the setting.
Result<SinkTarget> parseTarget(const config::AuditSink& settings);

}  // namespace masthead::console::audit
