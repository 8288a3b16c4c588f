// HuJSON (JSON with comments and trailing commas) to our value type, with the error texts headscale shows:
// `hujson: line 1, column 2: parsing value: unexpected EOF`. Pure function; recursion bounded, duplicates refused.
#pragma once

#include "host/base/json.hpp"

namespace masthead::demo {

Result<Json> parseHuJson(std::string_view text);

}  // namespace masthead::demo
