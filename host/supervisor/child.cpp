#include "host/supervisor/child.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/base/timestamp.hpp"
#include "host/supervisor/failure_class.hpp"
#include "host/supervisor/port_holder.hpp"

namespace masthead::supervisor {
namespace {

constexpr std::size_t kJudgedLines = 50;
constexpr std::size_t kMaxControlLine = std::size_t{64} << 10;
constexpr int kFirstDescriptor = 3;

double randomFraction() {
    const std::string bytes = randomBytes(2);
    return (static_cast<unsigned char>(bytes[0]) * 256 + static_cast<unsigned char>(bytes[1])) / 65536.0;
}

}  // namespace

Child::Child(EventLoop& loop, std::string name, const config::Supervisor& numbers, MachineOptions options, bool controlled,
             const LogOptions& log, Hooks hooks)
    : loop_(loop),
      name_(std::move(name)),
      numbers_(numbers),
      controlled_(controlled),
      hooks_(std::move(hooks)),
      log_(loop, name_, log),
      machine_(numbers, options, loop.clock(), randomFraction, [this](State from, State to) { transition(from, to); }) {
    log_.setTap([this](std::string_view raw) {
        if (controlled_) return true;
        if (state() == State::Starting && saysMigration(raw)) {
            machine_.migrating();
            rearm();
        }
        return !isHealthCheck(raw);
    });
}

Child::~Child() {
    loop_.cancel(timer_);
    if (process_) loop_.unwatch(process_->pidFd());
}

void Child::transition(State from, State to) {
    const auto level = to == State::Failed || to == State::CrashLoop ? log::Level::Error
                       : to == State::Backoff                        ? log::Level::Warning
                                                                     : log::Level::Info;
    const auto& reason = machine_.reason();
    const std::string arrow = name_ + ": " + stateName(from) + " -> " + stateName(to);
    if (reason && to != State::Ready && to != State::Starting && to != State::Preflight) {
        const std::string& failure = reason->failure_class;
        log::write(level, arrow + " (" + failure + (failure.empty() ? "" : ": ") + reason->message + ")");
    } else {
        log::write(level, arrow);
    }
    if (hooks_.changed) hooks_.changed();
}

void Child::apply(const StateMachine::Actions& actions) {
    for (const Action action : actions) perform(action);
    rearm();
}

void Child::rearm() {
    loop_.cancel(timer_);
    timer_ = 0;
    if (const auto deadline = machine_.deadline()) {
        timer_ = loop_.after(*deadline - loop_.clock().steadyMs(), [this] { apply(machine_.timer()); });
    }
}

void Child::perform(Action action) {
    switch (action) {
        case Action::RunPreflight: hooks_.run_preflight(); return;
        case Action::CancelPreflight: hooks_.cancel_preflight(); return;
        case Action::Spawn: spawn(); return;
        case Action::Drain: send(Json::object({{"type", "drain"}, {"ms", numbers_.drain_ms}})); return;
        case Action::Terminate:
            if (process_) process_->signal(SIGTERM);
            return;
        case Action::Quit:
            if (process_) process_->signal(SIGQUIT);
            return;
        case Action::Kill:
            if (process_) process_->signal(SIGKILL);
            return;
    }
}

Status Child::launch() {
    auto request = hooks_.command();
    if (!request) return std::move(request).error();
    request->standard_output = log_.standardOutput();
    request->standard_error = log_.standardError();
    UniqueFd theirs;
    if (controlled_) {
        int ends[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return systemError("creating a socket pair", errno);
        theirs.reset(ends[1]);
        channel_ = std::make_unique<LineChannel>(
            loop_, UniqueFd(ends[0]), kMaxControlLine, [this](const Json& line) { controlLine(line); },
            [this] { log::debug(name_ + ": control channel closed"); });
        request->environment.push_back("MASTHEAD_CONTROL_FD=" +
                                       std::to_string(kFirstDescriptor + static_cast<int>(request->descriptors.size())));
        request->descriptors.push_back(theirs.get());
    }
    log_.mark();
    auto process = ChildProcess::spawn(*request);
    if (!process) return std::move(process).error();
    process_.emplace(std::move(*process));
    return {};
}

void Child::spawn() {
    if (auto launched = launch(); !launched) {
        channel_.reset();
        const bool missing = launched.error().code == Code::NotFound;
        apply(machine_.spawnFailed(Reason{missing ? "binary-missing" : "", name_ + ": " + launched.error().message}));
        return;
    }
    started_at_ = last_tick_ = loop_.clock().steadyMs();
    loop_.watch(process_->pidFd(), EPOLLIN, [this](std::uint32_t) { checkExit(); });
    apply(machine_.spawned());
    log::info(name_ + ": started", {{"pid", std::to_string(process_->pid())}});
    if (hooks_.spawned) hooks_.spawned();
}

bool Child::checkExit() {
    if (!process_) return false;
    const int pidfd = process_->pidFd();
    const auto exit = process_->reap();
    if (!exit) return false;
    loop_.unwatch(pidfd);
    process_.reset();
    log_.drain();
    channel_.reset();
    last_exit_ = Json::object({{"cause", exit->by_signal ? "signal" : "exit"}});
    last_exit_.set(exit->by_signal ? "signal" : "code", exit->number);
    last_exit_.set("at", formatTimestamp(loop_.clock().wallMs()));
    last_exit_.set("uptime_ms", loop_.clock().steadyMs() - started_at_);
    last_exit_.set("expected", state() == State::Stopping);
    auto failure = classifyFailure(name_, *exit, log_.sinceMark(kJudgedLines));
    if (failure && failure->failure_class == "port-in-use") {
        if (const int port = portInMessage(failure->message))
            failure->message += " (" + describePortHolder(static_cast<std::uint16_t>(port)) + ")";
    }
    log::info(name_ + ": ended", {{"how", exit->text()}});
    std::string how = name_ + " ended with " + exit->text();
    // What it said last is mostly why; after a signal it is mostly not.
    const auto last = exit->by_signal || exit->number == 0 ? std::vector<std::string>() : log_.sinceMark(1);
    if (!last.empty()) how += ": " + last.back();
    apply(machine_.exited(std::move(failure), how));
    return true;
}

void Child::send(const Json& line) {
    if (channel_) channel_->send(line);
}

void Child::controlLine(const Json& line) {
    const std::string& type = line.text("type");
    if (type == "tick" || type == "ready") {
        last_tick_ = loop_.clock().steadyMs();
        if (type == "ready") {
            apply(machine_.readyLine());
        } else {
            alive();
        }
        return;
    }
    if (type == "plugin_crash") return machine_.forgiveDeath();
    if (hooks_.line) hooks_.line(line);
}

Json Child::status() const {
    Json out = Json::object({{"name", name_}, {"state", stateName(state())}});
    out.set("pid", process_ ? Json(process_->pid()) : Json());
    out.set("uptime_ms", process_ ? Json(loop_.clock().steadyMs() - started_at_) : Json());
    out.set("restarts", machine_.restarts());
    out.set("last_exit", last_exit_);
    const auto& reason = machine_.reason();
    out.set("reason", reason ? Json::object({{"class", reason->failure_class}, {"message", reason->message}}) : Json());
    out.set("details", details_);
    return out;
}

}  // namespace masthead::supervisor
