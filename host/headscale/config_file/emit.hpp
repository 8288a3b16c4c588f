// Writes single YAML values: scalars plain when no YAML reader could take them for something else, otherwise quoted.
// Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "host/base/json.hpp"

namespace masthead::headscale::config_file {

enum class Quotes { Auto, Single, Double };

std::string emitText(std::string_view text, Quotes quotes = Quotes::Auto);
/// On one line: scalars, [a, b], {k: v}.
std::string emitFlow(const Json& value, Quotes quotes = Quotes::Auto);

}  // namespace masthead::headscale::config_file
