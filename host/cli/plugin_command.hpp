// `masthead plugin list|info|release`: the plugins as the running console sees them, or, when none runs, as their files are.
#pragma once

#include "host/cli/commands.hpp"

namespace masthead::cli {

Command pluginCommand();

}  // namespace masthead::cli
