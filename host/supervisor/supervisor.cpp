#include "host/supervisor/supervisor.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <utility>

#include "host/base/file.hpp"
#include "host/base/log.hpp"

namespace masthead::supervisor {
namespace {

// With the default drain of 5 s everything has ended after 19 s: edge has its drain, the console a second more, and
// headscale, which may need long, is never asked later than two seconds after the drain.
constexpr std::int64_t kConsoleAfterDrainMs = 1000;
constexpr std::int64_t kHeadscaleAfterDrainMs = 2000;
constexpr std::int64_t kHardLimitAfterDrainMs = 14000;
constexpr std::int64_t kUrgentLimitMs = 5000;

LogOptions logOptions(const config::Config& config, const config::Paths& paths) {
    LogOptions out;
    out.directory = paths.logsDir();
    out.format = config.log.format == "json" ? log::Format::JsonLines : log::Format::Text;
    out.level = config.log.level == "debug"     ? log::Level::Debug
                : config.log.level == "warning" ? log::Level::Warning
                : config.log.level == "error"   ? log::Level::Error
                                                : log::Level::Info;
    return out;
}

}  // namespace

Supervisor::Supervisor(EventLoop& loop, const config::Config& config, std::vector<Listener> listeners, Notify& notify)
    : loop_(loop),
      config_(config),
      paths_(config_),
      listeners_(std::move(listeners)),
      notify_(notify),
      log_options_(logOptions(config_, paths_)),
      started_at_(loop.clock().steadyMs()),
      prepare_(loop, log_options_, prepareHooks()),
      headscale_(loop, "headscale", config_.supervisor, MachineOptions{true, false, false}, false, log_options_,
                 headscaleHooks()),
      console_(loop, "console", config_.supervisor, MachineOptions{false, false, true}, true, log_options_, consoleHooks()),
      edge_(loop, "edge", config_.supervisor, MachineOptions{false, true, true}, true, log_options_, edgeHooks()),
      control_(loop, [this](const Json& request) { return command(request); }),
      probe_(loop, config_.supervisor.live_timeout_ms) {}

Supervisor::~Supervisor() { loop_.cancel(watch_timer_); }

Status Supervisor::open() {
    if (auto done = prepare_.open(); !done) return done;
    for (Child* child : children()) {
        if (auto done = child->open(); !done) return done;
    }
    Json listen = Json::array();
    for (const auto& listener : listeners_) listen.push(listener.address);
    if (auto done = writeFileAtomic(paths_.edgeRun(), Json::object({{"listen", listen}}).dump() + "\n"); !done) return done;
    if (auto done = control_.listen(paths_.supervisorSocket()); !done) return done;
    log::info("listening on " + listen.dump());
    headscale_.start();
    watchdog();
    return {};
}

void Supervisor::signalled(int number) {
    switch (number) {
        case SIGCHLD: return reapStrays();
        case SIGHUP: return reload();
        case SIGINT:
        case SIGTERM: return beginStop();
        default: return;
    }
}

Child* Supervisor::childNamed(const std::string& name) {
    for (Child* child : children()) {
        if (child->name() == name) return child;
    }
    return nullptr;
}

void Supervisor::beginStop() {
    ++stop_requests_;
    if (stop_requests_ == 1) {
        stop_began_ = loop_.clock().steadyMs();
        log::info("stopping; a second signal stops faster", {{"drain_ms", std::to_string(config_.supervisor.drain_ms)}});
        tellSystemd("STOPPING=1");
        edge_.stop(false);
        const std::int64_t drain = config_.supervisor.drain_ms;
        loop_.after(drain + kConsoleAfterDrainMs, [this] { advanceStop(); });
        loop_.after(drain + kHeadscaleAfterDrainMs, [this] { advanceStop(); });
        loop_.after(drain + kHardLimitAfterDrainMs, [this] { killAll(); });
    } else if (stop_requests_ == 2) {
        log::warning("stopping at once");
        for (Child* child : children()) child->stop(false);
        edge_.urgent();
        loop_.after(kUrgentLimitMs, [this] { killAll(); });
    } else {
        killAll();
    }
    noteChange();
}

void Supervisor::advanceStop() {
    const std::int64_t past_drain = loop_.clock().steadyMs() - stop_began_ - config_.supervisor.drain_ms;
    if (!console_asked_ && (edge_.atRest() || past_drain >= kConsoleAfterDrainMs)) {
        console_asked_ = true;
        console_.stop(false);
    }
    if (!headscale_asked_ && ((edge_.atRest() && console_.atRest()) || past_drain >= kHeadscaleAfterDrainMs)) {
        headscale_asked_ = true;
        headscale_.stop(false);
    }
    const auto all = children();
    if (!prepare_.running() && std::all_of(all.begin(), all.end(), [](const Child* child) { return child->atRest(); })) {
        log::info("stopped");
        notifyState();
        loop_.quit();
    }
}

void Supervisor::killAll() {
    console_asked_ = headscale_asked_ = true;
    for (Child* child : children()) {
        if (child->atRest()) continue;
        log::warning(child->name() + ": did not end in time and is killed");
        child->stop(false);
        child->kill();
    }
}

void Supervisor::reapStrays() {
    for (;;) {
        siginfo_t info{};
        if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
        if (info.si_pid == prepare_.pid()) {
            if (!prepare_.checkExit()) return;
            continue;
        }
        const auto all = children();
        const auto owner = std::find_if(all.begin(), all.end(), [&](const Child* child) { return child->pid() == info.si_pid; });
        if (owner == all.end()) {
            ::waitpid(info.si_pid, nullptr, WNOHANG);
        } else if (!(*owner)->checkExit()) {
            return;
        }
    }
}

}  // namespace masthead::supervisor
