#include "host/cli/progress.hpp"

#include <unistd.h>

#include <cstdio>

#include "host/base/json.hpp"

namespace masthead::cli {

void printProgress(const std::string& what, std::uint64_t done, std::uint64_t total) {
    if (::isatty(STDERR_FILENO) == 0) {
        const Json progress = Json::object(
            {{"what", what}, {"done", static_cast<unsigned long>(done)}, {"total", static_cast<unsigned long>(total)}});
        std::fprintf(stderr, "%s\n", Json::object({{"progress", progress}}).dump().c_str());
        return;
    }
    const double mib = 1024.0 * 1024.0;
    const double have = static_cast<double>(done) / mib;
    if (total > 0) {
        std::fprintf(stderr, "\r%s  %.1f of %.1f MiB  %3.0f %%", what.c_str(), have, static_cast<double>(total) / mib,
                     100.0 * static_cast<double>(done) / static_cast<double>(total));
    } else {
        std::fprintf(stderr, "\r%s  %.1f MiB", what.c_str(), have);
    }
    if (done == total) std::fputc('\n', stderr);
}

}  // namespace masthead::cli
