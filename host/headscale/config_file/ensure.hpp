// headscale's config.yaml on disk: made when absent, afterwards changed only in the values Masthead owns (server_url, the
// two loopback ports, the socket), with the former text kept as config.yaml.<n>. Notices edits by hand.
//
// Not thread-safe: one writer, `masthead prepare` (or a command that holds the data directory's lock).
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/config.hpp"
#include "host/config/paths.hpp"

namespace masthead::headscale::config_file {

/// Where this headscale keeps its things: the real one in headscale/, the stand-in in demo/ of the data directory.
struct Files {
    std::string directory;
    std::string config() const { return directory + "/config.yaml"; }
    std::string state() const { return directory + "/config.yaml.state"; }
    std::string socketDir() const { return directory + "/sock"; }
    std::string socket() const { return directory + "/sock/headscale.sock"; }
    std::string database() const { return directory + "/db.sqlite"; }
    std::string noiseKey() const { return directory + "/noise.key"; }
    std::string derpKey() const { return directory + "/derp.key"; }
};

struct Ensured {
    std::string config;
    std::string http;
    std::string metrics;
    std::string socket;
    bool generated = false;
    bool drifted = false;               // the text is not the one Masthead last wrote
    std::vector<std::string> changed;   // keys that were put right
    std::vector<std::string> warnings;  // settings by hand that work against this host
};

Result<Ensured> ensureConfig(const config::Config& config, const Files& files, int minor);

/// Saves the former text as config.yaml.<n>, writes the new one and remembers its hash.
Status replaceConfig(const Files& files, const std::string& text);

}  // namespace masthead::headscale::config_file
