#include "host/edge/server/settings.hpp"

#include "host/config/paths.hpp"

namespace masthead::edge::server {

EdgeSettings settingsFrom(const config::Config& config) {
    const config::Paths paths(config);
    const auto& tls = config.server.tls;
    EdgeSettings out;
    out.allowlist_path = paths.allowlist();
    out.console_socket = paths.consoleSocket();
    out.certificate = {tls.certificate.empty() ? paths.tlsCertificate() : tls.certificate, tls.key.empty() ? paths.tlsKey() : tls.key};
    out.modern_tls = tls.profile == "modern";
    out.limits = config.server.limits;
    // Edge gives up before the supervisor does, so that its own reason is the one that is shown.
    out.start_wait_ms = std::int64_t{config.supervisor.start_deadline_ms} * 2 / 3;
    return out;
}

}  // namespace masthead::edge::server
