// One large file into a .part beside its final place: resumed by Range, bounded, its SHA-256 verified. Blocking.
#pragma once

#include <optional>
#include <string>

#include "host/headscale/releases/failure.hpp"
#include "host/headscale/releases/fetch.hpp"

namespace masthead::headscale::releases {

inline constexpr std::uint64_t kMaxProgramBytes = std::uint64_t{512} << 20;

/// After success `part` is complete and verified. A broken connection leaves it for the next attempt; a wrong checksum
/// removes it.
std::optional<Failure> downloadVerified(const std::string& url, const std::string& part, const std::string& sha256,
                                        const std::string& what, const OnProgress& progress);

}  // namespace masthead::headscale::releases
