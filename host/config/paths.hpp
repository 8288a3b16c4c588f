// Every path of the data directory in one place (see docs/architecture.md). Plain values; thread-safe.
#pragma once

#include <string>

#include "host/base/result.hpp"
#include "host/config/config.hpp"

namespace masthead::config {

class Paths {
public:
    explicit Paths(const Config& config) : data_(config.data_dir) {}

    const std::string& dataDir() const { return data_; }
    std::string lock() const { return data_ + "/lock"; }
    std::string database() const { return data_ + "/masthead.db"; }
    std::string keysDir() const { return data_ + "/keys"; }
    std::string masterKey() const { return data_ + "/keys/master.key"; }
    std::string auditHead() const { return data_ + "/audit-head.json"; }
    std::string tlsDir() const { return data_ + "/tls"; }
    std::string tlsCertificate() const { return data_ + "/tls/cert.pem"; }
    std::string tlsKey() const { return data_ + "/tls/key.pem"; }
    std::string headscaleDir() const { return data_ + "/headscale"; }
    std::string headscaleConfig() const { return data_ + "/headscale/config.yaml"; }
    std::string headscaleDatabase() const { return data_ + "/headscale/db.sqlite"; }
    std::string headscaleNoiseKey() const { return data_ + "/headscale/noise.key"; }
    std::string headscaleDerpKey() const { return data_ + "/headscale/derp.key"; }
    std::string headscaleSocketDir() const { return data_ + "/headscale/sock"; }
    std::string headscaleSocket() const { return data_ + "/headscale/sock/headscale.sock"; }
    std::string headscaleExpectedKey() const { return data_ + "/headscale/expected-key"; }
    std::string versionsDir() const { return data_ + "/versions"; }
    std::string versionBinary(const std::string& version) const { return data_ + "/versions/" + version + "/headscale"; }
    std::string pluginsDir() const { return data_ + "/plugins"; }
    std::string backupsDir() const { return data_ + "/backups"; }
    std::string demoDir() const { return data_ + "/demo"; }
    std::string runDir() const { return data_ + "/run"; }
    std::string headscaleRun() const { return data_ + "/run/headscale.json"; }
    std::string allowlist() const { return data_ + "/run/allowlist.json"; }
    std::string supervisorSocket() const { return data_ + "/run/supervisor.sock"; }
    std::string consoleSocket() const { return data_ + "/run/console.sock"; }
    std::string cliSocket() const { return data_ + "/run/cli.sock"; }
    std::string edgeRun() const { return data_ + "/run/edge.json"; }
    std::string setupToken() const { return data_ + "/run/setup-token"; }
    std::string crashDir() const { return data_ + "/run/crash"; }
    std::string logsDir() const { return data_ + "/run/logs"; }
    std::string childLog(const std::string& child) const { return data_ + "/run/logs/" + child + ".log"; }

    /// A unix socket's path holds at most 107 bytes; the message says how much data_dir must shrink.
    Status checkSocketPaths() const;

private:
    std::string data_;
};

/// An executable of ours: beside /proc/self/exe, else in ../lib/masthead/; empty when in neither.
std::string siblingExecutable(const std::string& name);

}  // namespace masthead::config
