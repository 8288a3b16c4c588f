// The second place that knows how far the log has come: a small file in the data directory, replaced atomically. A log that
// ends before it, or says something else at its record, was cut off or replaced by an older one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/result.hpp"

namespace masthead::console::audit {

struct Head {
    std::string host;
    std::int64_t seq = 0;
    std::string hash;
    std::int64_t checkpoint = 0;  // number of the newest checkpoint
    std::int64_t at = 0;
};

/// Nullopt when the file does not exist; InvalidArgument when it is not ours.
Result<std::optional<Head>> readHead(const std::string& path);
Status writeHead(const std::string& path, const Head& head);

}  // namespace masthead::console::audit
