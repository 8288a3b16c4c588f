// The data directory and run/ as the supervisor finds them at its start: made, private, without the leftovers of the
// last run. Call only while holding the data directory's lock. Not thread-safe.
#pragma once

#include "host/base/result.hpp"
#include "host/config/paths.hpp"

namespace masthead::supervisor {

/// Creates run/ and its folders (0700) and removes stale files and sockets from run/; logs/ and crash/ keep theirs,
/// since a crash of the last run is still to be attributed.
Status prepareRunDirectory(const config::Paths& paths);

}  // namespace masthead::supervisor
