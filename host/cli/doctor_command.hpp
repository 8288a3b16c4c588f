// `masthead doctor`: looks for what commonly goes wrong and says what to do. Changes nothing.
#pragma once

#include "host/cli/commands.hpp"

namespace masthead::cli {

Command doctorCommand();

}  // namespace masthead::cli
