#include "host/headscale/releases/run_version.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "host/base/clock.hpp"
#include "host/base/file.hpp"
#include "host/base/text.hpp"
#include "host/headscale/releases/elf.hpp"
#include "host/headscale/releases/version.hpp"

namespace masthead::headscale::releases {
namespace {

constexpr std::size_t kMaxOutput = 16384;

/// Kills and reaps on every way out.
struct Child {
    pid_t pid = -1;
    int status = 0;
    bool reaped = false;

    bool tryReap() {
        if (!reaped && ::waitpid(pid, &status, WNOHANG) == pid) reaped = true;
        return reaped;
    }
    ~Child() {
        if (pid <= 0) return;
        // Also reaches what the program itself started: it leads its own group.
        ::kill(-pid, SIGKILL);
        while (!reaped && ::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
    }
};

int spawn(const std::string& program, int out, pid_t& pid) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, out, 1);
    ::posix_spawn_file_actions_adddup2(&actions, out, 2);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    std::string name = program;
    std::string command = "version";
    std::array<char*, 3> arguments{name.data(), command.data(), nullptr};
    std::string path = "PATH=/usr/bin:/bin";
    std::string home = "HOME=/nonexistent";  // no stray configuration file of the user's
    std::array<char*, 3> environment{path.data(), home.data(), nullptr};
    const int code = ::posix_spawn(&pid, program.c_str(), &actions, &attributes, arguments.data(), environment.data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    return code;
}

std::string firstLine(const std::string& output) {
    const std::string line(trim(std::string_view(output).substr(0, output.find('\n'))));
    return line.empty() ? "nothing" : "\"" + line.substr(0, 200) + "\"";
}

}  // namespace

Result<std::string> runVersion(const std::string& program, int timeout_ms) {
    if (const std::string why = whyNotRunnable(program); !why.empty())
        return Error{Code::FailedPrecondition, program + " " + why};
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) return systemError("creating a pipe", errno);
    UniqueFd in(pipe[0]);
    UniqueFd out(pipe[1]);
    Child child;
    if (const int code = spawn(program, out.get(), child.pid); code != 0) {
        child.pid = -1;
        return Error{Code::FailedPrecondition, program + " does not run: " + std::strerror(code)};
    }
    out.reset();
    UniqueFd exit_fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
    if (!exit_fd) return systemError("watching " + program, errno);

    const SystemClock clock;
    const std::int64_t deadline = clock.steadyMs() + timeout_ms;
    std::string output;
    while (!child.tryReap()) {
        const std::int64_t left = deadline - clock.steadyMs();
        if (left <= 0)
            return Error{Code::Deadline,
                         "`" + program + " version` did not answer within " + std::to_string(timeout_ms / 1000) + " s"};
        std::array<pollfd, 2> waiting{{{in ? in.get() : -1, POLLIN, 0}, {exit_fd.get(), POLLIN, 0}}};
        ::poll(waiting.data(), waiting.size(), static_cast<int>(left));
        std::array<char, 4096> buffer{};
        if (waiting[0].revents != 0) {
            const ssize_t got = ::read(in.get(), buffer.data(), buffer.size());
            if (got > 0 && output.size() < kMaxOutput) output.append(buffer.data(), static_cast<std::size_t>(got));
            if (got == 0) in.reset();
        }
    }
    // What was written before the exit is in the pipe; a grandchild that holds it open must not hold us up.
    if (in) ::fcntl(in.get(), F_SETFL, O_NONBLOCK);
    std::array<char, 4096> rest{};
    for (ssize_t got = 1; in && got > 0 && output.size() < kMaxOutput;) {
        got = ::read(in.get(), rest.data(), rest.size());
        if (got > 0) output.append(rest.data(), static_cast<std::size_t>(got));
    }
    if (WIFSIGNALED(child.status))
        return Error{Code::FailedPrecondition,
                     "`" + program + " version` died of signal " + std::to_string(WTERMSIG(child.status))};
    if (WEXITSTATUS(child.status) != 0) {
        return Error{Code::FailedPrecondition, "`" + program + " version` ended with code " +
                                                   std::to_string(WEXITSTATUS(child.status)) + " and said " + firstLine(output)};
    }
    std::string version = printedVersion(output);
    if (version.empty())
        return Error{Code::FailedPrecondition, "`" + program + " version` printed no version, but " + firstLine(output)};
    return version;
}

}  // namespace masthead::headscale::releases
