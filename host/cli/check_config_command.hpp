// `masthead check-config`: says what is wrong with masthead.yaml, or prints the reference of all keys.
#pragma once

#include "host/cli/commands.hpp"

namespace masthead::cli {

Command checkConfigCommand();

}  // namespace masthead::cli
