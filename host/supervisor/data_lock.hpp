// The lock of a data directory: one supervisor, or one command that works alone, at a time. Released when the object
// dies or the process ends in any way. Not thread-safe.
#pragma once

#include <string>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::supervisor {

class DataLock {
public:
    /// Creates the file (0600) when needed. Conflict: "<data_dir>: already running as pid N".
    static Result<DataLock> acquire(const std::string& data_dir, const Clock& clock);

private:
    explicit DataLock(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

}  // namespace masthead::supervisor
