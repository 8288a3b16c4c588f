// `masthead admin list|create|invite|reset-password|disable|enable`: accounts from the command line, with the host running or not.
#pragma once

#include "host/cli/commands.hpp"

namespace masthead::cli {

Command adminCommand();

}  // namespace masthead::cli
