// Runs `<program> version` with a clean environment, no inherited descriptors and a deadline. Blocks up to the deadline.
// Thread-safe; the child never outlives the call.
#pragma once

#include <string>

#include "host/base/result.hpp"

namespace masthead::headscale::releases {

/// The printed version, "v0.29.2" or "dev". The error says why the program does not run.
Result<std::string> runVersion(const std::string& program, int timeout_ms = 5000);

}  // namespace masthead::headscale::releases
