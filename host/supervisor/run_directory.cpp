#include "host/supervisor/run_directory.hpp"

#include <filesystem>
#include <system_error>

#include "host/base/file.hpp"

namespace masthead::supervisor {

Status prepareRunDirectory(const config::Paths& paths) {
    if (auto done = ensureDirectory(paths.runDir(), 0700, true); !done) return done;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(paths.runDir(), error)) {
        if (!entry.is_directory(error)) std::filesystem::remove(entry.path(), error);
        if (error) return Error{Code::Internal, "removing stale " + entry.path().string() + ": " + error.message()};
    }
    if (error) return Error{Code::Internal, "reading " + paths.runDir() + ": " + error.message()};
    for (const auto& folder : {paths.logsDir(), paths.crashDir()}) {
        if (auto done = ensureDirectory(folder, 0700, true); !done) return done;
    }
    return ensureDirectory(paths.headscaleDir(), 0700);
}

}  // namespace masthead::supervisor
