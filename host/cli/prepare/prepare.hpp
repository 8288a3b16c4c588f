// `masthead prepare`: everything headscale needs before a start, and the run files that edge, console and supervisor read.
// Exits 0, or 1 with one JSON object {class, message, remedy} on standard output; progress and log go to standard error.
//
// Safe to run again at any moment; files are replaced atomically. One at a time (a lock in run/).
#pragma once

#include <optional>
#include <string>

#include "host/base/clock.hpp"
#include "host/config/config.hpp"
#include "host/config/paths.hpp"
#include "host/headscale/releases/failure.hpp"

namespace masthead::cli {

/// nullopt on success.
std::optional<headscale::releases::Failure> prepare(const config::Config& config, const Clock& clock);

/// The subcommand.
int runPrepare(const std::string& config_file);

}  // namespace masthead::cli
