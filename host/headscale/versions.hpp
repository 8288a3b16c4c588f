// What Masthead knows of each supported minor version of headscale: its driver, the calls it lacks, the form of its
// registration ids, its control-plane routes for edge's allowlist, and the config keys that differ. Constant data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::headscale {

struct VersionInfo {
    std::string_view minor;   // "0.29"
    std::string_view driver;  // "grpc" or "rest"
    bool prefixed_auth_id;    // "hskey-authreq-" before the 24 characters
    bool ssh_check;           // has /auth/{auth_id} and the approve and reject calls
    bool grpc_listener;       // knows grpc_listen_addr and grpc_allow_insecure
    bool trusted_proxies;     // knows trusted_proxies and strips forwarding headers from everybody else
    std::vector<std::string_view> missing_calls;  // methods of Client that answer Unimplemented
};

/// Oldest first.
const std::vector<VersionInfo>& supportedVersions();

/// Null when `minor` ("0.29") is not supported.
const VersionInfo* versionInfo(std::string_view minor);

/// "0.29" of "0.29.2", "v0.29.2", "0.30-dev", "0.30.0-beta.1"; empty when the text is no version ("dev").
std::string minorOf(std::string_view version);

/// Which optional parts of headscale's HTTP surface strangers need.
struct RouteOptions {
    bool embedded_derp = true;
    bool oidc = false;
    bool help_pages = true;  // /apple, /windows
};

/// Entries for "routes" of run/allowlist.json, target headscale.
std::vector<Json> allowlistRoutes(const VersionInfo& version, const RouteOptions& options);

}  // namespace masthead::headscale
