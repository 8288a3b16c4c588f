// The control key: read or made in headscale's own file form, so that the public key answered by /key belongs to the data
// directory. Not thread-safe; used once at start.
#pragma once

#include <string>

#include "host/base/result.hpp"

namespace masthead::demo {

/// "mkey:<64 hex>" of the X25519 key in the file, which is created (0600, directory 0700) when absent.
Result<std::string> publicControlKey(const std::string& path);

}  // namespace masthead::demo
