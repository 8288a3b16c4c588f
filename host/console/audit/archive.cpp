#include "host/console/audit/archive.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "host/base/file.hpp"
#include "host/console/audit/exporter.hpp"

namespace masthead::console::audit {
namespace {

bool writeAll(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

}  // namespace

Status archiveLog(store::Database& database, const std::string& directory, std::int64_t from, std::int64_t to) {
    if (Status made = ensureDirectory(directory, 0700); !made) return made;
    const std::string path = joinPath(directory, "audit-" + std::to_string(from) + "-" + std::to_string(to) + ".jsonl");
    const std::string unfinished = path + ".part";
    UniqueFd file(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return systemError("writing " + unfinished, errno);
    int failure = 0;
    Status written = exportLog(database, {}, ExportForm::JsonLines, to, [&](std::string_view text) {
        if (writeAll(file.get(), text)) return true;
        failure = errno;
        return false;
    });
    if (written && failure == 0 && ::fsync(file.get()) != 0) failure = errno;
    if (written && failure == 0 && ::rename(unfinished.c_str(), path.c_str()) != 0) failure = errno;
    if (written && failure == 0) return syncDirectory(directory);
    ::unlink(unfinished.c_str());
    if (!written) return written;
    return systemError("writing " + path, failure);
}

}  // namespace masthead::console::audit
