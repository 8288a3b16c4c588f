// run/allowlist.json: the core's paths, the public paths granted to plugins and the headscale version's control-plane
// routes, compiled into the one list that edge reads. Pure but for reading the plugins' manifests.
#pragma once

#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/config/config.hpp"

namespace masthead::cli {

struct AllowlistInput {
    const config::Config& config;
    std::string headscale_version;  // "0.29.2"
    bool embedded_derp = true;
    bool oidc = false;
};

/// `warnings` receives what was left out and why (an unreadable manifest, a path that was not granted).
Json makeAllowlist(const AllowlistInput& input, std::vector<std::string>& warnings);

/// The names a Host header may carry: public_url, extra_hosts and, in a trial, localhost.
std::vector<std::string> acceptedHosts(const config::Config& config);

}  // namespace masthead::cli
