// The state file: one JSON object per line, the first lines a snapshot, each later line one change.
//
// A change counts as kept when waitDurable() returns: it is on disk, so kill -9 or power loss cannot take it back. Many
// callers share one fdatasync (a writer thread batches). A last line torn by a crash is ignored at the next open.
// Thread-safe. If the disk refuses a write the process ends: a stand-in that forgets would make tests lie.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "host/base/json.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::demo {

class Journal {
public:
    /// No file: append() and waitDurable() do nothing (unit tests).
    Journal() = default;
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    /// Calls `replay` for each complete line of an existing file, in order.
    Status load(const std::string& path, const std::function<void(const Json&)>& replay);
    /// Replaces the file by `snapshot` (whole lines) and starts taking changes.
    Status start(const std::string& path, const std::string& snapshot);
    /// The number to wait for.
    std::uint64_t append(const Json& line);
    void waitDurable(std::uint64_t number);

private:
    void writeLoop();

    UniqueFd file_;
    std::mutex mutex_;  // guards all below
    std::condition_variable work_;
    std::condition_variable done_;
    std::string pending_;
    std::uint64_t appended_ = 0;
    std::uint64_t durable_ = 0;
    bool stopping_ = false;
    std::thread writer_;
};

}  // namespace masthead::demo
