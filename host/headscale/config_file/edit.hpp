// Changes one value of a YAML text and not one byte more: comments, order, unknown keys, quoting elsewhere and line ends
// stay. A missing key is inserted into its block. The new text is parsed again and compared with the old one: unless
// exactly the wanted value changed, nothing is returned but an error. Pure functions.
//
// Refused with a clear message: values that carry or use anchors, tags or merge keys; more than one document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::headscale::config_file {

using KeyPath = std::vector<std::string>;

/// "derp.server.enabled" taken apart.
KeyPath keyPath(std::string_view dotted);

/// The text with `path` set to `value` (a scalar, or a list or mapping written on one line or in the old block style).
Result<std::string> setValue(std::string_view text, const KeyPath& path, const Json& value);

/// The value at `path`; nullopt when absent.
Result<std::optional<Json>> getValue(std::string_view text, const KeyPath& path);

}  // namespace masthead::headscale::config_file
