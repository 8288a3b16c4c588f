// Which headscale program to run: the first that is there of headscale.binary, versions/<v>, the system's, a release
// download, and the stand-in when headscale.source asks for it. Blocking; the caller holds the data directory's lock.
#pragma once

#include <optional>
#include <string>

#include "host/config/config.hpp"
#include "host/config/paths.hpp"
#include "host/headscale/releases/failure.hpp"
#include "host/headscale/releases/fetch.hpp"

namespace masthead::headscale::releases {

struct Program {
    std::string path;
    std::string source;           // config | versions | system | release | demo
    std::string version;          // "0.29.2"
    std::string printed_version;  // "v0.29.2" or "dev"
    bool demo = false;
    std::string fallback;  // why the stand-in runs although nobody asked for it; empty otherwise
};

struct Attempt {
    OnProgress progress;
    /// Why a download failed a moment ago: it is not tried again then, so that a restart of the stand-in does not wait
    /// for a network that is not there.
    std::string failed_lately;
};

/// nullopt with `failure` filled when there is none.
std::optional<Program> locate(const config::Config& config, const config::Paths& paths, const Attempt& attempt, Failure& failure);

/// The version to look for: headscale.version when it stands in the file, else the one adopted by hand, else the default.
std::string wantedVersion(const config::Config& config, const Library& library);

}  // namespace masthead::headscale::releases
