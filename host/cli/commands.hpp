// The subcommands of `masthead`: one row each in a table that drives dispatch and help. Thread-safe to read.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/cli/arguments.hpp"

namespace masthead::cli {

struct Command {
    std::string name;
    std::string usage;  // what follows the name
    std::string summary;
    std::string group;  // heading in the help
    OptionNames options;
    std::function<int(const Arguments&)> run;
};

const std::vector<Command>& commands();

/// Everything after argv[0]. Exit codes: 0 done, 1 failed, 2 wrong usage.
int dispatch(const std::vector<std::string>& words);

/// "masthead: <message>" on standard error; returns 1.
int fail(const std::string& message);
/// The same for a call that makes no sense: 2.
int misused(const std::string& message);

}  // namespace masthead::cli
