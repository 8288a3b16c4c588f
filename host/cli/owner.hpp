// Becoming the user a data directory belongs to, for commands that write into it. Changes the whole process; call it once, early.
#pragma once

#include <string>

#include "host/base/result.hpp"

namespace masthead::cli {

/// As root, for a directory of another user, the process becomes that user: files made by root there would lock the host out of
/// its own data. Otherwise nothing happens.
Status becomeOwner(const std::string& directory);

}  // namespace masthead::cli
