#include "host/supervisor/data_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "host/base/file.hpp"
#include "host/base/json.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::supervisor {

Result<DataLock> DataLock::acquire(const std::string& data_dir, const Clock& clock) {
    const std::string path = joinPath(data_dir, "lock");
    UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!fd) return systemError("opening " + path, errno);
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return systemError("locking " + path, errno);
        const auto text = readFile(path, 4096);
        const auto holder = text ? parseJson(*text) : Result<Json>(Json());
        const auto pid = holder ? (*holder)["pid"].asInt() : 0;
        return Error{Code::Conflict, data_dir + ": already running as pid " + (pid > 0 ? std::to_string(pid) : "unknown")};
    }
    const Json content = Json::object({{"pid", ::getpid()}, {"started", formatTimestamp(clock.wallMs())}});
    const std::string text = content.dump() + "\n";
    if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
        return systemError("writing " + path, errno);
    }
    return DataLock(std::move(fd));
}

}  // namespace masthead::supervisor
