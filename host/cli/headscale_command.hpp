// `masthead headscale fetch|use|list`: the headscale programs of the data directory, by hand.
#pragma once

#include "host/cli/commands.hpp"

namespace masthead::cli {

Command headscaleCommand();

}  // namespace masthead::cli
