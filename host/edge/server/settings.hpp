// What edge needs to know, apart from the configuration's own types so that tests can fill it by hand. Plain values.
#pragma once

#include <cstdint>
#include <string>

#include "host/config/config.hpp"
#include "host/edge/tls/certificate.hpp"

namespace masthead::edge::server {

struct EdgeSettings {
    std::string allowlist_path;
    std::string console_socket;
    tls::CertificatePaths certificate;
    bool modern_tls = false;
    config::ServerLimits limits;
    std::int64_t start_wait_ms = 30000;     // for certificate and allowlist to appear
    std::int64_t upgrade_ms = 10000;        // for a backend to answer an upgrade
    std::int64_t tunnel_linger_ms = 10000;  // after one side has closed
    std::size_t console_connections = 96;
    std::size_t body_budget = std::size_t{256} << 20;
};

EdgeSettings settingsFrom(const config::Config& config);

}  // namespace masthead::edge::server
