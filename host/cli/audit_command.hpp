// `masthead audit`: verify, export and status, with the host running or not, and of an exported file anywhere.
#pragma once

#include "host/cli/commands.hpp"

namespace masthead::cli {

Command auditCommand();

}  // namespace masthead::cli
