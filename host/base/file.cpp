#include "host/base/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "host/base/random.hpp"
#include "host/base/scope_exit.hpp"

namespace masthead {
namespace {

Status writeAll(int fd, std::string_view content, const std::string& path) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return systemError("writing " + path, errno);
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace

Error systemError(const std::string& what, int error_number) {
    Code code = Code::Internal;
    if (error_number == ENOENT) code = Code::NotFound;
    if (error_number == EACCES || error_number == EPERM) code = Code::PermissionDenied;
    if (error_number == ENOSPC || error_number == EDQUOT) code = Code::ResourceExhausted;
    if (error_number == EEXIST || error_number == EADDRINUSE) code = Code::Conflict;
    return Error{code, what + ": " + std::strerror(error_number)};
}

Result<std::string> readFile(const std::string& path, std::size_t limit) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return systemError("opening " + path, errno);
    std::string content;
    char buffer[16384];
    for (;;) {
        const ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return systemError("reading " + path, errno);
        if (got == 0) return content;
        content.append(buffer, static_cast<std::size_t>(got));
        if (content.size() > limit) {
            return Error{Code::ResourceExhausted, path + " is larger than " + std::to_string(limit) + " bytes"};
        }
    }
}

Status writeFileAtomic(const std::string& path, std::string_view content, mode_t mode) {
    const std::string temporary = path + ".new-" + randomToken(6);
    UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (!fd) return systemError("creating " + temporary, errno);
    ScopeExit cleanup([&] { ::unlink(temporary.c_str()); });
    if (::fchmod(fd.get(), mode) != 0) return systemError("setting the mode of " + temporary, errno);
    if (auto written = writeAll(fd.get(), content, temporary); !written) return written;
    if (::fsync(fd.get()) != 0) return systemError("syncing " + temporary, errno);
    if (::rename(temporary.c_str(), path.c_str()) != 0) return systemError("replacing " + path, errno);
    cleanup.dismiss();
    return syncDirectory(parentPath(path));
}

Status ensureDirectory(const std::string& path, mode_t mode, bool enforce_mode) {
    if (path.empty() || path == "/") return {};
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0) {
        if (!S_ISDIR(info.st_mode)) return Error{Code::FailedPrecondition, path + " is not a directory"};
        if (enforce_mode && (info.st_mode & 07777) != mode && ::chmod(path.c_str(), mode) != 0) {
            return systemError("setting the mode of " + path, errno);
        }
        return {};
    }
    if (auto parent = ensureDirectory(parentPath(path), 0755); !parent) return parent;
    if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return systemError("creating " + path, errno);
    if (::chmod(path.c_str(), mode) != 0) return systemError("setting the mode of " + path, errno);
    return {};
}

Status syncDirectory(const std::string& path) {
    UniqueFd fd(::open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) return systemError("opening " + path, errno);
    if (::fsync(fd.get()) != 0) return systemError("syncing " + path, errno);
    return {};
}

bool fileExists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::string parentPath(const std::string& path) {
    const auto slash = path.find_last_of('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string joinPath(std::string_view directory, std::string_view name) {
    std::string out(directory);
    if (!out.empty() && out.back() != '/') out += '/';
    return out.append(name);
}

}  // namespace masthead
