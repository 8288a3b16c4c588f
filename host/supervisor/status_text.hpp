// The status document as a tree for people (`masthead status`). Pure function.
#pragma once

#include <string>

#include "host/base/json.hpp"

namespace masthead::supervisor {

/// Lines ending in newlines; control characters of foreign text are replaced.
std::string statusText(const Json& status);

/// "250 ms", "42 s", "3 min 5 s", "2 h 4 min", "5 d 3 h"
std::string durationText(std::int64_t ms);

}  // namespace masthead::supervisor
