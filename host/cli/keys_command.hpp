// `masthead keys`: which keys secrets at rest stand under, and changing them.
#pragma once

#include "host/cli/commands.hpp"

namespace masthead::cli {

Command keysCommand();

}  // namespace masthead::cli
