#include "host/supervisor/child_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "host/base/file.hpp"
#include "host/base/scope_exit.hpp"

namespace masthead::supervisor {
namespace {

// Sources are duplicated above every target first, so that no dup2 overwrites a source that is still needed.
constexpr int kAboveTargets = 512;

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (auto& text : texts) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
}

}  // namespace

std::string ExitInfo::text() const {
    if (!by_signal) return "exit code " + std::to_string(number);
    return "signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
}

Result<ChildProcess> ChildProcess::spawn(const SpawnRequest& request) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    const ScopeExit cleanup([&] {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    });

    std::vector<UniqueFd> sources;
    const auto place = [&](int fd, int target) -> Status {
        sources.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, kAboveTargets));
        if (!sources.back()) return systemError("duplicating descriptor " + std::to_string(fd), errno);
        posix_spawn_file_actions_adddup2(&actions, sources.back().get(), target);
        return {};
    };
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (auto done = place(request.standard_output, STDOUT_FILENO); !done) return std::move(done).error();
    if (auto done = place(request.standard_error, STDERR_FILENO); !done) return std::move(done).error();
    int target = STDERR_FILENO + 1;
    for (const int fd : request.descriptors) {
        if (auto done = place(fd, target++); !done) return std::move(done).error();
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, target);

    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

    std::vector<std::string> argv{"masthead-supervisor", "--exec-child", std::to_string(::getpid()),
                                  std::string(request.raise_nofile ? "n" : "-") + (request.listen_pid ? "l" : "-"),
                                  request.program};
    argv.insert(argv.end(), request.arguments.begin(), request.arguments.end());
    std::vector<std::string> environment = request.environment;
    pid_t pid = -1;
    const int failed =
        ::posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, pointers(argv).data(), pointers(environment).data());
    if (failed != 0) return systemError("starting " + request.program, failed);
    UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    ChildProcess child(pid, std::move(pidfd));
    if (!child.pidfd_) return systemError("pidfd_open for " + request.program, errno);
    return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}

ChildProcess::~ChildProcess() {
    if (pid_ <= 0) return;
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void ChildProcess::signal(int number) const {
    if (pid_ > 0) ::kill(-pid_, number);
}

std::optional<ExitInfo> ChildProcess::reap() {
    if (pid_ <= 0) return std::nullopt;
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != pid_)
        return std::nullopt;
    // The unreaped leader keeps the group's number from being reused while its grandchildren are killed.
    signal(SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
    pidfd_.reset();
    return ExitInfo{info.si_code != CLD_EXITED, info.si_status};
}

Result<Pipe> makePipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return systemError("creating a pipe", errno);
    Pipe pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
    ::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK);
    return pipe;
}

}  // namespace masthead::supervisor
