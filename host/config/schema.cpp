#include "host/config/schema.hpp"

#include <algorithm>

#include "host/base/text.hpp"

namespace masthead::config {
namespace {

constexpr std::uint32_t kDay = 86'400'000;

std::vector<Key> serverKeys() {
    return {
        {"public_url", Kind::Url, [](Config& c) -> Target { return &c.public_url; },
         "Required. The one address under which clients and browsers reach this host: `https://name[:port]`, no path. headscale "
         "hands it to clients."},
        {"data_dir", Kind::Path, [](Config& c) -> Target { return &c.data_dir; },
         "Everything Masthead keeps. One host at a time may use it."},
        {"trial", Kind::Boolean, [](Config& c) -> Target { return &c.trial; },
         "A trial: certificates also for localhost, and the stand-in headscale when no release can be had."},
        {"web_dir", Kind::Path, [](Config& c) -> Target { return &c.web_dir; }, "The console's static files."},
        {"server.listen", Kind::ListenList, [](Config& c) -> Target { return &c.server.listen; },
         "Addresses of the public TLS listener, `address:port`; port 0 takes a free one."},
        {"server.root", Kind::Text, [](Config& c) -> Target { return &c.server.root; },
         "What `/` does: `auto` (onboarding when that plugin is enabled, else admin), `onboarding`, `admin`, `404`, or an https "
         "URL to send visitors to."},
        {"server.extra_hosts", Kind::TextList, [](Config& c) -> Target { return &c.server.extra_hosts; },
         "Host names accepted besides the one of `public_url`, `name` or `name:port`."},
        {"server.tls.certificate", Kind::Path, [](Config& c) -> Target { return &c.server.tls.certificate; },
         "PEM chain. Empty: a self-signed pair in `data_dir/tls`."},
        {"server.tls.key", Kind::Path, [](Config& c) -> Target { return &c.server.tls.key; },
         "PEM private key that fits the certificate."},
        {"server.tls.profile",
         Kind::Choice,
         [](Config& c) -> Target { return &c.server.tls.profile; },
         "`modern` is TLS 1.3 only.",
         0,
         UINT32_MAX,
         {"intermediate", "modern"}},
        {"server.limits.connections", Kind::Number, [](Config& c) -> Target { return &c.server.limits.connections; },
         "Open connections in all.", 16, 1'000'000},
        {"server.limits.connections_per_address", Kind::Number,
         [](Config& c) -> Target { return &c.server.limits.connections_per_address; },
         "Open connections of one client address (IPv6: one /64).", 1, 1'000'000},
        {"server.limits.handshake", Kind::Duration, [](Config& c) -> Target { return &c.server.limits.handshake_ms; },
         "TLS handshake.", 100, kDay},
        {"server.limits.head", Kind::Duration, [](Config& c) -> Target { return &c.server.limits.head_ms; },
         "Receiving a request head.", 100, kDay},
        {"server.limits.idle", Kind::Duration, [](Config& c) -> Target { return &c.server.limits.idle_ms; },
         "Between requests of one connection.", 100, kDay},
        {"server.limits.request", Kind::Duration, [](Config& c) -> Target { return &c.server.limits.request_ms; },
         "A whole request with its body.", 100, kDay},
        {"server.limits.backend_connect", Kind::Duration, [](Config& c) -> Target { return &c.server.limits.backend_connect_ms; },
         "Connecting to headscale or the console.", 10, kDay},
        {"server.limits.backend_first_byte", Kind::Duration,
         [](Config& c) -> Target { return &c.server.limits.backend_first_byte_ms; }, "The first byte of their answer.", 10, kDay},
    };
}

std::vector<Key> headscaleKeys() {
    return {
        {"headscale.source",
         Kind::Choice,
         [](Config& c) -> Target { return &c.headscale.source; },
         "`auto` looks in this order: `headscale.binary`, `data_dir/versions`, `headscale.system_path`, a release download. "
         "`demo` runs the stand-in with an "
         "invented fleet.",
         0,
         UINT32_MAX,
         {"auto", "demo"}},
        {"headscale.binary", Kind::Path, [](Config& c) -> Target { return &c.headscale.binary; },
         "A headscale program of your own; nothing else is tried then."},
        {"headscale.version", Kind::Text, [](Config& c) -> Target { return &c.headscale.version; },
         "The wanted release; also tells a program that prints `dev` which interfaces it has. Supported: 0.28, 0.29, 0.30."},
        {"headscale.release_url", Kind::Text, [](Config& c) -> Target { return &c.headscale.release_url; },
         "Where releases lie: `<release_url>/v<version>/headscale_<version>_linux_<arch>` and `checksums.txt` beside it. A "
         "mirror must keep these names."},
        {"headscale.release_sha256", Kind::Text, [](Config& c) -> Target { return &c.headscale.release_sha256; },
         "Optional pin: the SHA-256 (hex) the downloaded program must have, whatever checksums.txt says."},
        {"headscale.system_path", Kind::Path, [](Config& c) -> Target { return &c.headscale.system_path; },
         "Where a packaged headscale lies."},
        {"headscale.network.base_domain", Kind::Text, [](Config& c) -> Target { return &c.headscale.network.base_domain; },
         "MagicDNS domain of the tailnet, used when headscale's config.yaml is first made; must not contain the name of "
         "`public_url`."},
        {"headscale.network.prefix_v4", Kind::Text, [](Config& c) -> Target { return &c.headscale.network.prefix_v4; },
         "IPv4 addresses of nodes, first config.yaml only."},
        {"headscale.network.prefix_v6", Kind::Text, [](Config& c) -> Target { return &c.headscale.network.prefix_v6; },
         "IPv6 addresses of nodes, first config.yaml only."},
        {"headscale.network.derp_embedded", Kind::Boolean, [](Config& c) -> Target { return &c.headscale.network.derp_embedded; },
         "Run headscale's own relay, first config.yaml only."},
        {"headscale.network.derp_stun_listen", Kind::Text,
         [](Config& c) -> Target { return &c.headscale.network.derp_stun_listen; },
         "UDP address of the relay's STUN service, first config.yaml only. Port 0 takes any free one."},
        {"headscale.network.derp_urls", Kind::TextList, [](Config& c) -> Target { return &c.headscale.network.derp_urls; },
         "Relay maps to fetch, first config.yaml only. With one that cannot be reached headscale does not start."},
        {"headscale.demo.nodes", Kind::Number, [](Config& c) -> Target { return &c.headscale.demo.nodes; },
         "Size of the stand-in's fleet.", 0, 100'000},
        {"headscale.demo.users", Kind::Number, [](Config& c) -> Target { return &c.headscale.demo.users; }, "Its users.", 1,
         10'000},
        {"headscale.demo.seed", Kind::Number, [](Config& c) -> Target { return &c.headscale.demo.seed; },
         "The same seed invents the same fleet.", 0, UINT32_MAX},
        {"headscale.demo.api",
         Kind::Choice,
         [](Config& c) -> Target { return &c.headscale.demo.api; },
         "Which headscale it stands in for.",
         0,
         UINT32_MAX,
         {"0.29", "0.30"}},
    };
}

std::vector<Key> supervisorKeys() {
    return {
        {"supervisor.backoff_min", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.backoff_min_ms; },
         "First wait before a restart; doubles each time.", 1, kDay},
        {"supervisor.backoff_max", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.backoff_max_ms; },
         "Longest such wait.", 1, kDay},
        {"supervisor.backoff_jitter_percent", Kind::Number,
         [](Config& c) -> Target { return &c.supervisor.backoff_jitter_percent; }, "Random part of it, up and down.", 0, 100},
        {"supervisor.backoff_reset", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.backoff_reset_ms; },
         "Ready for this long: the wait starts anew.", 1, kDay},
        {"supervisor.crash_loop_deaths", Kind::Number, [](Config& c) -> Target { return &c.supervisor.crash_loop_deaths; },
         "Deaths within the window that make a crash loop.", 2, 1000},
        {"supervisor.crash_loop_window", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.crash_loop_window_ms; },
         "That window.", 1, kDay},
        {"supervisor.crash_loop_retry", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.crash_loop_retry_ms; },
         "Between attempts while in a crash loop.", 1, kDay},
        {"supervisor.failed_retry", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.failed_retry_ms; },
         "Between attempts after a failure that needs a person.", 1, kDay},
        {"supervisor.start_deadline", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.start_deadline_ms; },
         "From start to ready.", 100, kDay},
        {"supervisor.ready_interval", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.ready_interval_ms; },
         "Between readiness probes.", 1, kDay},
        {"supervisor.ready_passes", Kind::Number, [](Config& c) -> Target { return &c.supervisor.ready_passes; },
         "Probes in a row that must pass.", 1, 100},
        {"supervisor.live_interval", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.live_interval_ms; },
         "Between probes once ready.", 10, kDay},
        {"supervisor.live_timeout", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.live_timeout_ms; },
         "One such probe.", 10, kDay},
        {"supervisor.live_misses", Kind::Number, [](Config& c) -> Target { return &c.supervisor.live_misses; },
         "Missed probes in a row before a restart.", 1, 1000},
        {"supervisor.stop_term", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.stop_term_ms; },
         "From SIGTERM to SIGQUIT.", 1, kDay},
        {"supervisor.stop_quit", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.stop_quit_ms; },
         "From SIGQUIT to SIGKILL.", 1, kDay},
        {"supervisor.drain", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.drain_ms; },
         "How long tunnels may go on when the host stops.", 0, kDay},
        {"supervisor.prepare_timeout", Kind::Duration, [](Config& c) -> Target { return &c.supervisor.prepare_timeout_ms; },
         "Longest preparation, with a download in it.", 1000, kDay},
    };
}

std::vector<Key> consoleKeys() {
    return {
        {"auth.disabled", Kind::Boolean, [](Config& c) -> Target { return &c.auth.disabled; },
         "No sign-in at all, for a local trial; refused unless every listener is on loopback."},
        {"auth.session_idle", Kind::Duration, [](Config& c) -> Target { return &c.auth.session_idle_ms; },
         "A session ends after this long without a request.", 60'000, 30 * kDay},
        {"auth.session_absolute", Kind::Duration, [](Config& c) -> Target { return &c.auth.session_absolute_ms; },
         "A session ends after this long in any case.", 60'000, 30 * kDay},
        {"auth.setup_token", Kind::Duration, [](Config& c) -> Target { return &c.auth.setup_token_ms; },
         "Life of the token for the first admin.", 1000, kDay},
        {"auth.session_rate", Kind::Number, [](Config& c) -> Target { return &c.auth.session_rate; },
         "Requests a second that a session may make for long; more are answered 429.", 1, 1'000'000},
        {"auth.session_burst", Kind::Number, [](Config& c) -> Target { return &c.auth.session_burst; },
         "Requests that a session may make at once.", 1, 1'000'000},
        {"auth.token_rate", Kind::Number, [](Config& c) -> Target { return &c.auth.token_rate; },
         "Requests a minute that an API token may make.", 1, 1'000'000},
        {"auth.sso", Kind::FreeList, [](Config& c) -> Target { return &c.auth.sso; },
         "Providers of single sign-on: `{id, title, issuer, client_id, client_secret, scopes, group_claim, mappings: [{group, "
         "role}], "
         "ca_file, allow_private, enabled}`. `client_secret` is a reference: `file:`, `env:` or `credential:`. See docs/sso.md."},
        {"auth.require_second_factor", Kind::Boolean, [](Config& c) -> Target { return &c.auth.require_second_factor; },
         "Whoever signs in with a password must also use a second factor; passwords may then be shorter (12 characters)."},
        {"plugins.dir", Kind::Path, [](Config& c) -> Target { return &c.plugins.dir; }, "Where plugin folders lie."},
        {"plugins.enabled", Kind::PluginList, [](Config& c) -> Target { return &c.plugins; },
         "Plugins to load: an id, or `{id: <id>, sha256: <SHA-256 of its plugin.sums>}`."},
        {"plugins.allow_unsigned", Kind::TextList, [](Config& c) -> Target { return &c.plugins.allow_unsigned; },
         "Ids that may load with neither pin nor signature."},
        {"plugins.settings", Kind::Free, [](Config& c) -> Target { return &c.plugins.settings; },
         "`<id>: {...}`, checked against the plugin's own schema. A value here locks its field in the console."},
        {"audit.retention_days", Kind::Number, [](Config& c) -> Target { return &c.audit.retention_days; },
         "Audit records older than this many days are removed, below a signed checkpoint; 0 keeps them for ever.", 0, 36'500},
        {"audit.archive_dir", Kind::Path, [](Config& c) -> Target { return &c.audit.archive_dir; },
         "Where removed audit records are written before they go, as files that verify by themselves. Empty: nowhere."},
        {"audit.sink.kind",
         Kind::Choice,
         [](Config& c) -> Target { return &c.audit.sink.kind; },
         "A second place that gets every audit record and checkpoint.",
         0,
         UINT32_MAX,
         {"none", "syslog", "http", "file"}},
        {"audit.sink.address", Kind::Text, [](Config& c) -> Target { return &c.audit.sink.address; },
         "syslog: `unix:/dev/log`, `udp://host:514`, `tcp://host:601` or `tls://host:6514`; http: an `https://` URL that takes "
         "POSTs of JSON lines; file: an absolute path."},
        {"audit.sink.ca_file", Kind::Path, [](Config& c) -> Target { return &c.audit.sink.ca_file; },
         "PEM certificates that the receiver's certificate is checked against; empty: the system's."},
        {"audit.sink.token", Kind::Text, [](Config& c) -> Target { return &c.audit.sink.token; },
         "A reference (`file:`, `env:`, `credential:`) to the bearer token for http."},
        {"log.level",
         Kind::Choice,
         [](Config& c) -> Target { return &c.log.level; },
         "The least severe records written.",
         0,
         UINT32_MAX,
         {"debug", "info", "warning", "error"}},
        {"log.format",
         Kind::Choice,
         [](Config& c) -> Target { return &c.log.format; },
         "`json` writes one object per line, for collectors.",
         0,
         UINT32_MAX,
         {"text", "json"}},
    };
}

std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
        }
    }
    return row[b.size()];
}

}  // namespace

const std::vector<Key>& schema() {
    static const std::vector<Key> keys = [] {
        std::vector<Key> all;
        for (auto part : {serverKeys(), headscaleKeys(), supervisorKeys(), consoleKeys()})
            all.insert(all.end(), part.begin(), part.end());
        return all;
    }();
    return keys;
}

const Key* findKey(std::string_view path) {
    for (const auto& key : schema()) {
        if (path == key.path) return &key;
    }
    return nullptr;
}

bool isSection(std::string_view path) {
    const std::string prefix = std::string(path) + ".";
    return std::any_of(schema().begin(), schema().end(),
                       [&](const Key& key) { return std::string_view(key.path).substr(0, prefix.size()) == prefix; });
}

std::vector<std::string> namesBelow(std::string_view section) {
    const std::string prefix = section.empty() ? std::string() : std::string(section) + ".";
    std::vector<std::string> names;
    for (const auto& key : schema()) {
        const std::string_view path = key.path;
        if (path.substr(0, prefix.size()) != prefix) continue;
        const std::string name(split(path.substr(prefix.size()), '.').front());
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
}

std::string didYouMean(std::string_view name, const std::vector<std::string>& names) {
    std::string best;
    std::size_t best_distance = 3;
    const std::string wanted = lowerAscii(name.substr(0, 64));
    for (const auto& candidate : names) {
        const auto distance = editDistance(wanted, candidate);
        if (distance < best_distance && distance < candidate.size()) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace masthead::config
