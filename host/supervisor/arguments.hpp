// The command line of masthead-supervisor. Pure function.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::supervisor {

struct Arguments {
    enum class Mode { Run, Help, Version };
    Mode mode = Mode::Run;
    std::string config = "/etc/masthead/masthead.yaml";
};

/// InvalidArgument names the argument that is wrong. `arguments` without argv[0].
Result<Arguments> parseArguments(const std::vector<std::string>& arguments);

const char* usageText();

}  // namespace masthead::supervisor
