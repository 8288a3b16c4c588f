// The self-signed certificate pair for hosts that configure none: ECDSA P-256, one year, remade 30 days before its end or
// when the names change. Not thread-safe: one writer of data_dir/tls.
#pragma once

#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"

namespace masthead::cli {

struct SelfSigned {
    bool made = false;
    std::string reason;  // why it was made
};

/// Makes the pair unless a fitting one is there. Names are host names or IP literals; the first is the subject.
Result<SelfSigned> ensureSelfSigned(const std::string& certificate, const std::string& key, const std::vector<std::string>& names,
                                    const Clock& clock);

}  // namespace masthead::cli
