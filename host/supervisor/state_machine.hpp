// StateMachine decides, for one child, when to prepare, spawn, signal and wait. It is pure: events go in, actions come
// out, time comes from a Clock, chance from a function; it never touches a process.
//
// Not thread-safe. The owner performs the returned actions in order, reports what happened as further events, and calls
// timer() when deadline() is reached. Only the steady clock is used. Invariants proven by tests: at most one process,
// Ready only with a live process, back-off within its bounds, a stop ends after drain + term + quit at the latest.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/config/config.hpp"

namespace masthead::supervisor {

enum class State { Stopped, Preflight, Starting, Ready, Backoff, CrashLoop, Failed, Stopping, Held };

/// The name used in the control protocol: "crash_loop".
const char* stateName(State state);

enum class Action { RunPreflight, CancelPreflight, Spawn, Drain, Terminate, Quit, Kill };

/// Why a child is not running: a class for programs, a sentence for people.
struct Reason {
    std::string failure_class;
    std::string message;
};

struct MachineOptions {
    bool preflight = false;  // `masthead prepare` runs before each start
    bool drains = false;     // a stop begins with a drain line
    bool ticks = false;      // alive() must be called at least every live_interval_ms * live_misses
};

class StateMachine {
public:
    using Actions = std::vector<Action>;
    using Observer = std::function<void(State from, State to)>;
    /// `random` returns values in [0, 1); `observer` sees every transition and must not call back.
    StateMachine(const config::Supervisor& numbers, MachineOptions options, const Clock& clock, std::function<double()> random,
                 Observer observer);

    // Commands.
    [[nodiscard]] Actions start();
    [[nodiscard]] Actions restart();
    /// `hold`: an administrator's stop, remembered as Held.
    [[nodiscard]] Actions stop(bool hold);
    /// Skips what is left of the drain.
    [[nodiscard]] Actions urgent();
    [[nodiscard]] Actions kill();

    // Facts.
    [[nodiscard]] Actions preflightPassed();
    [[nodiscard]] Actions preflightFailed(Reason reason);
    [[nodiscard]] Actions spawned();
    [[nodiscard]] Actions spawnFailed(Reason reason);
    /// `failure`: a cause that a mere restart will not cure, when the log names one.
    [[nodiscard]] Actions exited(std::optional<Reason> failure, const std::string& how);
    [[nodiscard]] Actions probePassed();
    void probeFailed() { passes_ = 0; }
    [[nodiscard]] Actions readyLine();
    void alive();
    [[nodiscard]] Actions missed();
    /// The last death was a plugin's, and the console keeps count of those itself: no step towards a crash loop.
    void forgiveDeath();
    void migrating();
    /// The running child must not be used (wrong key): it is stopped and Failed.
    [[nodiscard]] Actions fail(Reason reason);
    [[nodiscard]] Actions timer();

    std::optional<std::int64_t> deadline() const { return deadline_; }
    State state() const { return state_; }
    const std::optional<Reason>& reason() const { return reason_; }
    bool hasProcess() const { return process_; }
    std::uint32_t restarts() const { return spawns_ > 0 ? spawns_ - 1 : 0; }

private:
    enum class After { Rest, Hold, Start, Death, Fail };
    enum class Phase { Drain, Term, Quit, Killed };

    Actions begin();
    Actions beginSpawn();
    Actions beginStop(After after);
    Actions beginKill(After after);
    Actions escalate();
    Actions settle();
    Actions death();
    void becomeReady();
    void enter(State next);
    bool resting() const;
    std::int64_t now() const { return clock_.steadyMs(); }

    config::Supervisor numbers_;
    MachineOptions options_;
    const Clock& clock_;
    std::function<double()> random_;
    Observer observer_;

    State state_ = State::Stopped;
    After after_ = After::Rest;
    Phase phase_ = Phase::Term;
    bool process_ = false;
    bool preflight_ = false;
    bool crash_looping_ = false;
    std::uint32_t passes_ = 0;
    std::uint32_t misses_ = 0;
    std::uint32_t attempt_ = 0;
    std::uint32_t spawns_ = 0;
    std::int64_t spawned_at_ = 0;
    std::int64_t stop_began_ = 0;
    std::optional<std::int64_t> ready_since_;
    std::deque<std::int64_t> deaths_;
    std::optional<std::int64_t> deadline_;
    std::optional<Reason> reason_;
};

}  // namespace masthead::supervisor
