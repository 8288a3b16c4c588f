// Checks that look at more than one key, run after every key was read. Pure but for the file paths it looks at.
#pragma once

#include <string>
#include <vector>

#include "host/config/config.hpp"

namespace masthead::config {

struct Problem {
    std::string key;  // where to point: the line of this key, or the file when it is absent
    std::string message;
};

std::vector<Problem> validate(const Config& config);

}  // namespace masthead::config
