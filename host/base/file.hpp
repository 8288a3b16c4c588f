// Whole-file reads with a size limit, and durable atomic replacement (write, fsync, rename, fsync of the directory).
// Thread-safe; two writers of one path leave one of the two complete texts.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

#include "host/base/result.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead {

/// NotFound when absent, ResourceExhausted when larger than `limit`.
Result<std::string> readFile(const std::string& path, std::size_t limit = std::size_t{16} << 20);

/// After success the new content survives power loss; on failure the old content stays and no temporary file remains.
Status writeFileAtomic(const std::string& path, std::string_view content, mode_t mode = 0600);

/// Creates missing parents; an existing directory keeps its mode unless `enforce_mode`.
Status ensureDirectory(const std::string& path, mode_t mode = 0700, bool enforce_mode = false);

Status syncDirectory(const std::string& path);
bool fileExists(const std::string& path);
std::string parentPath(const std::string& path);
std::string joinPath(std::string_view directory, std::string_view name);

/// "opening <path>: No such file or directory", with the code that fits errno.
Error systemError(const std::string& what, int error_number);

}  // namespace masthead
