// A yaml-cpp node as a Json value: plain scalars become numbers, booleans or null as YAML 1.2 reads them, quoted ones
// stay text. Depth and size are limited. Pure function.
#pragma once

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace YAML {
class Node;
}

namespace masthead::config {

Result<Json> yamlToJson(const YAML::Node& node);

}  // namespace masthead::config
