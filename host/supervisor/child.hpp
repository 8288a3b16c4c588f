// One supervised child: its state machine, its process, its control channel and its log, glued to the event loop.
//
// Not thread-safe. Owned by Supervisor, which gives it a command and hooks. Hooks are called from the loop; `changed`
// may come from inside a call into this object and should only note that something is to be done.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "host/base/json.hpp"
#include "host/supervisor/child_log.hpp"
#include "host/supervisor/child_process.hpp"
#include "host/supervisor/event_loop.hpp"
#include "host/supervisor/line_channel.hpp"
#include "host/supervisor/state_machine.hpp"

namespace masthead::supervisor {

class Child {
public:
    struct Hooks {
        std::function<Result<SpawnRequest>()> command;  // program, arguments, environment, descriptors
        std::function<void()> changed;                  // after a transition
        std::function<void()> spawned;                  // a new process with a fresh control channel
        std::function<void()> run_preflight;
        std::function<void()> cancel_preflight;
        std::function<void(const Json&)> line;  // control lines other than ready and tick
    };

    Child(EventLoop& loop, std::string name, const config::Supervisor& numbers, MachineOptions options, bool controlled,
          const LogOptions& log, Hooks hooks);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    Status open() { return log_.open(); }

    void start() { apply(machine_.start()); }
    void restart() { apply(machine_.restart()); }
    void stop(bool hold) { apply(machine_.stop(hold)); }
    void urgent() { apply(machine_.urgent()); }
    void kill() { apply(machine_.kill()); }
    void preflightPassed() { apply(machine_.preflightPassed()); }
    void preflightFailed(Reason reason) { apply(machine_.preflightFailed(std::move(reason))); }
    void probePassed() { apply(machine_.probePassed()); }
    void probeFailed() { machine_.probeFailed(); }
    void alive() {
        machine_.alive();
        rearm();
    }
    void missed() { apply(machine_.missed()); }
    void fail(Reason reason) { apply(machine_.fail(std::move(reason))); }

    void send(const Json& line);
    /// Looks whether the process ended; safe to call at any time. True when it was reaped now.
    bool checkExit();

    const std::string& name() const { return name_; }
    State state() const { return machine_.state(); }
    bool ready() const { return state() == State::Ready; }
    /// Neither running nor going to run.
    bool atRest() const { return !machine_.hasProcess() && (state() == State::Stopped || state() == State::Held); }
    pid_t pid() const { return process_ ? process_->pid() : 0; }
    std::int64_t lastTickMs() const { return last_tick_; }
    ChildLog& log() { return log_; }
    Json& details() { return details_; }
    /// Its entry in the status document.
    Json status() const;

private:
    void apply(const StateMachine::Actions& actions);
    void perform(Action action);
    void spawn();
    Status launch();
    void transition(State from, State to);
    void controlLine(const Json& line);
    void rearm();

    EventLoop& loop_;
    std::string name_;
    config::Supervisor numbers_;
    bool controlled_;
    Hooks hooks_;
    ChildLog log_;
    StateMachine machine_;
    std::optional<ChildProcess> process_;
    std::unique_ptr<LineChannel> channel_;
    EventLoop::TimerId timer_ = 0;
    std::int64_t started_at_ = 0;
    std::int64_t last_tick_ = 0;
    Json last_exit_;
    Json details_ = Json::object();
};

}  // namespace masthead::supervisor
