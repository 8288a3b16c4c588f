// A new password from the terminal (asked twice, not echoed) or, when standard input is none, from its first line.
#pragma once

#include <string>

#include "host/base/result.hpp"

namespace masthead::cli {

Result<std::string> readNewPassword(const std::string& whose);

}  // namespace masthead::cli
