// The query part of a target: split at '&' and '=', percent-decoded once, '+' as space. Pure function.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::console {

/// InvalidArgument on a broken escape, an encoded control character or more than 100 parameters.
Result<std::multimap<std::string, std::string>> parseQuery(std::string_view text);

/// True for a path that needs no decoding: "/" and [A-Za-z0-9._~@:-] only, no empty, "." or ".." segment (one trailing "/" is fine).
bool plainPath(std::string_view path);

}  // namespace masthead::console
