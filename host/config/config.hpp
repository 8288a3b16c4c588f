// The operator's configuration (masthead.yaml) as plain values with every default filled in.
//
// Loading: loadConfig() in load.hpp. A Config is immutable after loading and may be shared between threads.
// Durations are milliseconds unless the name says otherwise. Secrets are references, resolved by whoever needs them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::config {

struct Listen {
    std::string address = "0.0.0.0";  // an IP literal
    std::uint16_t port = 443;         // 0 = any free port, reported in run/edge.json
};

struct Tls {
    std::string certificate;  // empty: self-signed pair in data_dir/tls, made on first start
    std::string key;
    std::string profile = "intermediate";  // intermediate | modern
};

struct ServerLimits {
    std::uint32_t connections = 50000;
    std::uint32_t connections_per_address = 256;
    std::uint32_t handshake_ms = 10000;
    std::uint32_t head_ms = 10000;
    std::uint32_t idle_ms = 15000;
    std::uint32_t request_ms = 60000;
    std::uint32_t backend_connect_ms = 2000;
    std::uint32_t backend_first_byte_ms = 30000;
};

struct Server {
    std::vector<Listen> listen{{"0.0.0.0", 443}, {"::", 443}};
    std::string root = "auto";             // auto | onboarding | admin | 404 | an https URL
    std::vector<std::string> extra_hosts;  // Host names accepted besides the one of public_url
    Tls tls;
    ServerLimits limits;
};

struct HeadscaleDemo {
    std::uint32_t nodes = 40;
    std::uint32_t users = 8;
    std::uint32_t seed = 1;
    std::string api = "0.29";  // 0.29 (gRPC) | 0.30 (REST)
};

struct HeadscaleNetwork {
    std::string base_domain = "tailnet.internal";
    std::string prefix_v4 = "100.64.0.0/10";
    std::string prefix_v6 = "fd7a:115c:a1e0::/48";
    bool derp_embedded = true;
    std::string derp_stun_listen = "0.0.0.0:3478";
    std::vector<std::string> derp_urls;
};

struct Headscale {
    std::string source = "auto";     // auto | demo
    std::string binary;              // explicit path
    std::string version = "0.29.2";  // wanted release; also tells a binary that prints "dev" what it is
    bool version_given = false;      // it stands in the file, rather than being the default
    std::string release_url = "https://github.com/juanfont/headscale/releases/download";
    std::string release_sha256;  // optional pin
    std::string system_path = "/usr/bin/headscale";
    HeadscaleNetwork network;  // used when config.yaml is first generated
    HeadscaleDemo demo;
};

struct Supervisor {
    std::uint32_t backoff_min_ms = 500;
    std::uint32_t backoff_max_ms = 30000;
    std::uint32_t backoff_jitter_percent = 20;
    std::uint32_t backoff_reset_ms = 60000;  // READY for this long: back to backoff_min_ms
    std::uint32_t crash_loop_deaths = 5;
    std::uint32_t crash_loop_window_ms = 60000;
    std::uint32_t crash_loop_retry_ms = 60000;
    std::uint32_t failed_retry_ms = 300000;
    std::uint32_t start_deadline_ms = 30000;
    std::uint32_t ready_interval_ms = 250;
    std::uint32_t ready_passes = 2;
    std::uint32_t live_interval_ms = 5000;
    std::uint32_t live_timeout_ms = 2000;
    std::uint32_t live_misses = 6;
    std::uint32_t stop_term_ms = 10000;         // SIGTERM to SIGQUIT
    std::uint32_t stop_quit_ms = 5000;          // SIGQUIT to SIGKILL
    std::uint32_t drain_ms = 5000;              // tunnels at stop
    std::uint32_t prepare_timeout_ms = 900000;  // obtaining a release may take long
};

struct Auth {
    bool disabled = false;  // local trial only: refused unless every listener is on loopback
    std::uint32_t session_idle_ms = 30 * 60 * 1000;
    std::uint32_t session_absolute_ms = 12 * 60 * 60 * 1000;
    std::uint32_t setup_token_ms = 30 * 60 * 1000;
    std::uint32_t session_rate = 20;    // requests a second, each session
    std::uint32_t session_burst = 60;   // at once
    std::uint32_t token_rate = 1000;    // requests a minute, each API token
    Json sso = Json::array();  // providers of single sign-on, checked by config/sso.hpp
    bool require_second_factor = false;  // for accounts that sign in with a password
};

struct Plugins {
    std::string dir = "/usr/lib/masthead/plugins";
    std::vector<std::string> enabled;
    std::map<std::string, std::string> pinned;  // id -> SHA-256 of plugin.sums
    std::vector<std::string> allow_unsigned;
    Json settings = Json::object();  // plugins.settings.<id>
};

struct AuditSink {
    std::string kind = "none";  // none | syslog | http | file
    std::string address;        // unix:/dev/log, udp://host:514, tcp://, tls://; an URL; a path
    std::string ca_file;
    std::string token;          // reference, sent as a bearer token (http)
};

struct Audit {
    std::uint32_t retention_days = 400;  // 0 = for ever
    std::string archive_dir;             // empty: what retention removes is gone
    AuditSink sink;
};

struct Log {
    std::string level = "info";   // debug | info | warning | error
    std::string format = "text";  // text | json
};

struct Config {
    std::string file;        // where it came from, absolute
    std::string public_url;  // https://host[:port], no path
    std::string data_dir = "/var/lib/masthead";
    bool trial = false;  // ./dev run: banner, shorter setup; never implied
    std::string web_dir = "/usr/share/masthead/web";
    Server server;
    Headscale headscale;
    Supervisor supervisor;
    Auth auth;
    Plugins plugins;
    Audit audit;
    Log log;
};

}  // namespace masthead::config
