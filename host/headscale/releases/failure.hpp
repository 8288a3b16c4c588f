// Why there is no headscale program to run: a class for machines, a message and a remedy for people. Plain values.
#pragma once

#include <string>

#include "host/base/result.hpp"

namespace masthead::headscale::releases {

struct Failure {
    std::string error_class;  // binary-missing | binary-broken | download-corrupt | version-unsupported | storage
    std::string message;
    std::string remedy;
};

}  // namespace masthead::headscale::releases
