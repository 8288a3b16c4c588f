#include "host/config/paths.hpp"

#include <unistd.h>

#include <array>

#include "host/base/file.hpp"

namespace masthead::config {

namespace {
constexpr std::size_t kMaxSocketPath = 107;
}

Status Paths::checkSocketPaths() const {
    std::string longest;
    for (const auto& path : {headscaleSocket(), supervisorSocket(), consoleSocket(), cliSocket()}) {
        if (path.size() > longest.size()) longest = path;
    }
    if (longest.size() <= kMaxSocketPath) return {};
    return Error{Code::InvalidArgument, "data_dir " + data_ + " is too long: the socket " + longest + " would have " +
                                            std::to_string(longest.size()) + " bytes and the system allows " +
                                            std::to_string(kMaxSocketPath) + "; choose a data_dir shorter by at least " +
                                            std::to_string(longest.size() - kMaxSocketPath)};
}

std::string siblingExecutable(const std::string& name) {
    std::array<char, 4096> buffer{};
    const ssize_t length = ::readlink("/proc/self/exe", buffer.data(), buffer.size() - 1);
    if (length <= 0) return {};
    const std::string directory = parentPath(std::string(buffer.data(), static_cast<std::size_t>(length)));
    for (const auto& candidate : {directory + "/" + name, parentPath(directory) + "/lib/masthead/" + name}) {
        if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    }
    return {};
}

}  // namespace masthead::config
