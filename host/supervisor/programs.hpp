// Where our own executables lie. Thread-safe as far as getenv is.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "host/base/file.hpp"
#include "host/config/paths.hpp"

namespace masthead::supervisor {

/// In MASTHEAD_BIN_DIR when that is set (tests), else beside this executable or in ../lib/masthead/, else, when this
/// executable lies in lib/masthead itself, in ../../bin/. Empty when it is nowhere.
inline std::string findProgram(const std::string& name) {
    if (const char* directory = std::getenv("MASTHEAD_BIN_DIR"); directory != nullptr && *directory != '\0') {
        return joinPath(directory, name);
    }
    if (std::string beside = config::siblingExecutable(name); !beside.empty()) return beside;
    char self[4096];
    const ssize_t length = ::readlink("/proc/self/exe", self, sizeof self);
    if (length <= 0) return {};
    const std::string own = parentPath(std::string(self, static_cast<std::size_t>(length)));
    std::string path = joinPath(parentPath(parentPath(own)), "bin/" + name);
    return ::access(path.c_str(), X_OK) == 0 ? path : std::string();
}

}  // namespace masthead::supervisor
