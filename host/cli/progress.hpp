// Download progress on standard error: a JSON line for the supervisor, a line drawn anew for a person at a terminal.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <string>

namespace masthead::cli {

void printProgress(const std::string& what, std::uint64_t done, std::uint64_t total);

}  // namespace masthead::cli
