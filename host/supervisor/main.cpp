#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/config/load.hpp"
#include "host/supervisor/arguments.hpp"
#include "host/supervisor/data_lock.hpp"
#include "host/supervisor/exec_child.hpp"
#include "host/supervisor/run_directory.hpp"
#include "host/supervisor/supervisor.hpp"

namespace masthead::supervisor {
namespace {

sigset_t handledSignals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGCHLD, SIGUSR1, SIGPIPE}) sigaddset(&set, number);
    return set;
}

log::Settings logSettings(const config::Log& wanted) {
    log::Settings out;
    out.process = "supervisor";
    out.format = wanted.format == "json" ? log::Format::JsonLines : log::Format::Text;
    if (wanted.level == "debug") out.level = log::Level::Debug;
    if (wanted.level == "warning") out.level = log::Level::Warning;
    if (wanted.level == "error") out.level = log::Level::Error;
    return out;
}

Status serve(const std::string& config_file, int signals) {
    auto config = config::loadConfig(config_file);
    if (!config) return std::move(config).error();
    log::configure(logSettings(config->log));
    const config::Paths paths(*config);
    const SystemClock clock;
    if (auto done = ensureDirectory(paths.dataDir(), 0700); !done) return done;
    if (auto done = paths.checkSocketPaths(); !done) return done;
    auto lock = DataLock::acquire(paths.dataDir(), clock);
    if (!lock) return std::move(lock).error();
    auto listeners = openListeners(config->server.listen);
    if (!listeners) return std::move(listeners).error();
    if (auto done = prepareRunDirectory(paths); !done) return done;
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);

    Notify notify;
    EventLoop loop(clock);
    Supervisor supervisor(loop, *config, std::move(*listeners), notify);
    loop.watch(signals, EPOLLIN, [&](std::uint32_t) {
        signalfd_siginfo info{};
        while (::read(signals, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
            supervisor.signalled(static_cast<int>(info.ssi_signo));
    });
    if (auto done = supervisor.open(); !done) return done;
    return loop.run();
}

int run(int argc, char** argv) {
    log::configure(logSettings({}));
    const auto arguments = parseArguments(std::vector<std::string>(argv + 1, argv + argc));
    if (!arguments) {
        std::fprintf(stderr, "masthead-supervisor: %s\n%s", arguments.error().message.c_str(), usageText());
        return 2;
    }
    if (arguments->mode == Arguments::Mode::Help) return std::fputs(usageText(), stdout) < 0 ? 1 : 0;
    if (arguments->mode == Arguments::Mode::Version) return std::printf("%s\n", MASTHEAD_VERSION) < 0 ? 1 : 0;
    const sigset_t handled = handledSignals();
    const UniqueFd signals(::signalfd(-1, &handled, SFD_NONBLOCK | SFD_CLOEXEC));
    const auto served = serve(arguments->config, signals.get());
    if (served) return 0;
    log::error(served.error().message);
    return 1;
}

}  // namespace
}  // namespace masthead::supervisor

int main(int argc, char** argv) {
    if (argc > 1 && std::strcmp(argv[1], "--exec-child") == 0) return masthead::supervisor::execChild(argc, argv);
    // Before anything else, so that no thread of a library could ever take one of them.
    const sigset_t handled = masthead::supervisor::handledSignals();
    ::sigprocmask(SIG_BLOCK, &handled, nullptr);
    try {
        return masthead::supervisor::run(argc, argv);
    } catch (const std::exception& error) {
        masthead::log::error(std::string("the supervisor failed: ") + error.what());
        return 1;
    }
}
