// `masthead help` and `masthead help <command>` from the command table. Pure functions.
#pragma once

#include <string>

namespace masthead::cli {

std::string helpText();
std::string helpText(const std::string& command);

}  // namespace masthead::cli
