// Starts one program with posix_spawn: empty signal mask, default signals, a process group of its own, only the named
// descriptors, stdin from /dev/null, and an exec step of ours that ties its life to this process.
//
// Spawn only from the thread that lives as long as the process (parent death is tied to the thread). A ChildProcess
// that is destroyed kills its group and reaps it. Not thread-safe.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/base/unique_fd.hpp"

namespace masthead::supervisor {

struct SpawnRequest {
    std::string program;
    std::vector<std::string> arguments;    // without argv[0]
    std::vector<std::string> environment;  // NAME=value
    std::vector<int> descriptors;          // become 3, 4, ... in the child
    int standard_output = -1;
    int standard_error = -1;
    bool raise_nofile = false;  // soft limit of descriptors up to the hard one
    bool listen_pid = false;    // LISTEN_PID is set to the child's own pid
};

struct ExitInfo {
    bool by_signal = false;
    int number = 0;  // exit code or signal
    /// "exit code 1", "signal 9 (Killed)"
    std::string text() const;
};

class ChildProcess {
public:
    static Result<ChildProcess> spawn(const SpawnRequest& request);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ~ChildProcess();

    pid_t pid() const { return pid_; }
    int pidFd() const { return pidfd_.get(); }
    /// To the whole group.
    void signal(int number) const;
    /// Once the process has ended: kills what is left of its group and reaps it; nullopt while it runs.
    std::optional<ExitInfo> reap();

private:
    ChildProcess(pid_t pid, UniqueFd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
    pid_t pid_ = -1;
    UniqueFd pidfd_;
};

/// Both ends close-on-exec; the read end does not block.
struct Pipe {
    UniqueFd read;
    UniqueFd write;
};
Result<Pipe> makePipe();

}  // namespace masthead::supervisor
