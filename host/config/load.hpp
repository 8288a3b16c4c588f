// Reads masthead.yaml into a Config: every key checked against the schema, every default filled in.
//
// Errors carry <file>:<line>:<column> and name what is expected; all of one file are reported together, one a line.
// Relative paths in the file are taken from the file's own directory. Thread-safe; never writes the file.
#pragma once

#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/config/config.hpp"

namespace masthead::config {

inline constexpr std::size_t kMaxConfigBytes = std::size_t{1} << 20;

Result<Config> loadConfig(const std::string& path);
/// The same on a text in memory; `path` is what messages name and what relative paths start from.
Result<Config> parseConfig(std::string_view text, const std::string& path);

}  // namespace masthead::config
