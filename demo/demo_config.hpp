// What the stand-in takes from headscale's config.yaml, checked the way headscale checks it. Pure but for the file read.
#pragma once

#include <optional>
#include <string>

#include "demo/prefix.hpp"

namespace masthead::demo {

struct DemoConfig {
    std::string server_url;
    std::string listen_addr;
    std::string metrics_listen_addr;
    std::string unix_socket = "/var/run/headscale/headscale.sock";
    unsigned unix_socket_mode = 0700;
    std::string noise_key_path;
    std::string state_path;  // beside database.sqlite.path
    std::optional<Prefix> prefix_v4;
    std::optional<Prefix> prefix_v6;
    std::string base_domain;
    bool policy_in_database = false;
    std::string policy_path;
    bool derp_server = false;
    std::string log_level = "info";
    bool log_json = false;

    std::string serverHost() const;
};

/// Messages are headscale's, ready to print after "Error: ".
Result<DemoConfig> loadConfig(const std::string& path);

}  // namespace masthead::demo
