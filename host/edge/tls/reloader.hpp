// Keeps a TlsContext on the newest good pair of files: loads at start, looks for changes, keeps the old pair when the new one
// is broken and says so once per change. Lives on the event loop; the caller calls poll() every two seconds.
#pragma once

#include <string>

#include "host/base/clock.hpp"
#include "host/edge/tls/context.hpp"

namespace masthead::edge::tls {

class Reloader {
public:
    Reloader(TlsContext& context, CertificatePaths paths, const Clock& clock) : context_(context), paths_(std::move(paths)), clock_(clock) {}

    /// Loads now. A pair that has expired is taken only when there is none yet (then with a warning).
    Status reload();
    /// reload() if a file's identity, size or time changed since the last look.
    void poll();
    const CertificatePaths& paths() const { return paths_; }

private:
    std::string stamp() const;

    TlsContext& context_;
    CertificatePaths paths_;
    const Clock& clock_;
    std::string seen_;
};

}  // namespace masthead::edge::tls
