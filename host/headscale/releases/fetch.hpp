// Obtains a release: checksums.txt first, then the program, resumed where an earlier attempt stopped, verified, tried and
// only then put in place. Progress goes to the callback. Blocking; the caller holds the data directory's lock.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "host/config/config.hpp"
#include "host/headscale/releases/failure.hpp"
#include "host/headscale/releases/library.hpp"

namespace masthead::headscale::releases {

/// done and total in bytes; total 0 when unknown.
using OnProgress = std::function<void(const std::string& what, std::uint64_t done, std::uint64_t total)>;

struct Release {
    std::string base_url;
    std::string version;
    std::string sha256;  // optional pin, lower-case hex
};

std::optional<Failure> fetch(const Release& release, Library& library, const OnProgress& progress);

/// "headscale_0.29.2_linux_amd64" for this machine.
std::string assetName(const std::string& version);

/// The hash of `asset` in the text of checksums.txt; empty when it is not listed.
std::string checksumOf(std::string_view checksums, std::string_view asset);

}  // namespace masthead::headscale::releases
