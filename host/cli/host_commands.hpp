// The commands about the running host: serve, status, restart, logs, and the console process itself.
#pragma once

#include <vector>

#include "host/cli/commands.hpp"

namespace masthead::cli {

std::vector<Command> hostCommands();

}  // namespace masthead::cli
