// The first config.yaml for headscale: commented, boots with no internet, reachable on loopback only. Pure function.
#pragma once

#include <string>

#include "host/config/config.hpp"

namespace masthead::headscale::config_file {

struct Settings {
    int minor = 29;  // headscale 0.<minor>
    std::string server_url;
    std::string http;  // "127.0.0.1:21000"
    std::string metrics;
    std::string socket;  // absolute paths
    std::string database;
    std::string noise_key;
    std::string derp_key;
    config::HeadscaleNetwork network;
};

std::string generate(const Settings& settings);

}  // namespace masthead::headscale::config_file
