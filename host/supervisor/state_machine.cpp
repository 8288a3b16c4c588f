#include "host/supervisor/state_machine.hpp"

#include <algorithm>
#include <utility>

#include "host/supervisor/backoff.hpp"

namespace masthead::supervisor {
namespace {

constexpr std::int64_t kMigrationLimitMs = 15 * 60 * 1000;
constexpr std::int64_t kDrainGraceMs = 500;
constexpr std::int64_t kKillAgainMs = 1000;
constexpr std::size_t kDeathTally = 64;

std::string seconds(std::int64_t ms) { return std::to_string(ms / 1000) + " s"; }

}  // namespace

const char* stateName(State state) {
    switch (state) {
        case State::Stopped: return "stopped";
        case State::Preflight: return "preflight";
        case State::Starting: return "starting";
        case State::Ready: return "ready";
        case State::Backoff: return "backoff";
        case State::CrashLoop: return "crash_loop";
        case State::Failed: return "failed";
        case State::Stopping: return "stopping";
        case State::Held: return "held";
    }
    return "stopped";
}

StateMachine::StateMachine(const config::Supervisor& numbers, MachineOptions options, const Clock& clock,
                           std::function<double()> random, Observer observer)
    : numbers_(numbers), options_(options), clock_(clock), random_(std::move(random)), observer_(std::move(observer)) {}

void StateMachine::enter(State next) {
    deadline_.reset();
    if (next != State::Ready && next != State::Stopping) ready_since_.reset();
    const State from = std::exchange(state_, next);
    if (from != next && observer_) observer_(from, next);
}

bool StateMachine::resting() const { return !process_ && !preflight_; }

StateMachine::Actions StateMachine::start() {
    if (state_ == State::Stopping) {
        after_ = After::Start;
        return {};
    }
    if (!resting()) return {};
    return begin();
}

StateMachine::Actions StateMachine::restart() {
    attempt_ = 0;
    crash_looping_ = false;
    deaths_.clear();
    if (resting()) return begin();
    return beginStop(After::Start);
}

StateMachine::Actions StateMachine::stop(bool hold) {
    reason_.reset();
    if (!resting()) return beginStop(hold ? After::Hold : After::Rest);
    enter(hold ? State::Held : State::Stopped);
    return {};
}

StateMachine::Actions StateMachine::begin() {
    passes_ = 0;
    misses_ = 0;
    if (!options_.preflight) return beginSpawn();
    enter(State::Preflight);
    preflight_ = true;
    deadline_ = now() + numbers_.prepare_timeout_ms;
    return {Action::RunPreflight};
}

StateMachine::Actions StateMachine::beginSpawn() {
    enter(State::Starting);
    spawned_at_ = now();
    deadline_ = now() + numbers_.start_deadline_ms;
    return {Action::Spawn};
}

StateMachine::Actions StateMachine::spawned() {
    process_ = true;
    ++spawns_;
    return {};
}

StateMachine::Actions StateMachine::spawnFailed(Reason reason) {
    reason_ = std::move(reason);
    if (reason_->failure_class.empty()) return death();
    enter(State::Failed);
    deadline_ = now() + numbers_.failed_retry_ms;
    return {};
}

StateMachine::Actions StateMachine::preflightPassed() {
    preflight_ = false;
    if (state_ == State::Stopping) return settle();
    return beginSpawn();
}

StateMachine::Actions StateMachine::preflightFailed(Reason reason) {
    preflight_ = false;
    if (state_ == State::Stopping) return settle();
    return spawnFailed(std::move(reason));
}

StateMachine::Actions StateMachine::beginStop(After after) {
    const bool stopping = state_ == State::Stopping;
    after_ = after;
    if (stopping) return {};
    stop_began_ = now();
    enter(State::Stopping);
    if (preflight_) {
        phase_ = Phase::Killed;
        return {Action::CancelPreflight};
    }
    if (options_.drains) {
        phase_ = Phase::Drain;
        deadline_ = now() + numbers_.drain_ms + kDrainGraceMs;
        return {Action::Drain};
    }
    phase_ = Phase::Term;
    deadline_ = now() + numbers_.stop_term_ms;
    return {Action::Terminate};
}

StateMachine::Actions StateMachine::beginKill(After after) {
    after_ = after;
    enter(State::Stopping);
    phase_ = Phase::Quit;
    deadline_ = now() + numbers_.stop_quit_ms;
    return {Action::Quit};
}

StateMachine::Actions StateMachine::escalate() {
    switch (phase_) {
        case Phase::Drain:
            phase_ = Phase::Term;
            // The grace of the drain is taken from this step, so that the whole stop keeps its bound.
            deadline_ = std::max(now() + 1, std::min<std::int64_t>(now() + numbers_.stop_term_ms,
                                                                   stop_began_ + numbers_.drain_ms + numbers_.stop_term_ms));
            return {Action::Terminate};
        case Phase::Term:
            phase_ = Phase::Quit;
            deadline_ = now() + numbers_.stop_quit_ms;
            return {Action::Quit};
        case Phase::Quit:
        case Phase::Killed: break;
    }
    return kill();
}

StateMachine::Actions StateMachine::urgent() {
    if (state_ == State::Stopping && phase_ == Phase::Drain) return escalate();
    return {};
}

StateMachine::Actions StateMachine::kill() {
    if (resting()) return {};
    if (state_ != State::Stopping) {
        after_ = After::Rest;
        enter(State::Stopping);
    }
    phase_ = Phase::Killed;
    deadline_ = now() + kKillAgainMs;
    return {preflight_ ? Action::CancelPreflight : Action::Kill};
}

StateMachine::Actions StateMachine::exited(std::optional<Reason> failure, const std::string& how) {
    const bool was_starting = state_ == State::Starting;
    process_ = false;
    if (state_ == State::Stopping) return settle();
    if (was_starting && failure) return spawnFailed(std::move(*failure));
    reason_ = failure ? std::move(*failure) : Reason{"", how};
    return death();
}

StateMachine::Actions StateMachine::settle() {
    switch (after_) {
        case After::Rest: enter(State::Stopped); return {};
        case After::Hold: enter(State::Held); return {};
        case After::Start: return begin();
        case After::Death: return death();
        case After::Fail: break;
    }
    enter(State::Failed);
    deadline_ = now() + numbers_.failed_retry_ms;
    return {};
}

StateMachine::Actions StateMachine::death() {
    if (ready_since_ && now() - *ready_since_ >= numbers_.backoff_reset_ms) {
        attempt_ = 0;
        crash_looping_ = false;
    }
    deaths_.push_back(now());
    if (deaths_.size() > std::max<std::size_t>(kDeathTally, numbers_.crash_loop_deaths)) deaths_.pop_front();
    const auto recent = std::count_if(deaths_.begin(), deaths_.end(),
                                      [&](std::int64_t at) { return now() - at < numbers_.crash_loop_window_ms; });
    if (recent >= static_cast<std::ptrdiff_t>(numbers_.crash_loop_deaths)) crash_looping_ = true;
    if (crash_looping_) {
        enter(State::CrashLoop);
        deadline_ = now() + numbers_.crash_loop_retry_ms;
        return {};
    }
    enter(State::Backoff);
    deadline_ = now() + backoffDelay(numbers_, attempt_++, random_());
    return {};
}

void StateMachine::forgiveDeath() {
    if (!deaths_.empty()) deaths_.pop_back();
    if (attempt_ > 0) --attempt_;
}

void StateMachine::becomeReady() {
    enter(State::Ready);
    reason_.reset();
    ready_since_ = now();
    misses_ = 0;
    alive();
}

StateMachine::Actions StateMachine::probePassed() {
    if (state_ == State::Starting && process_ && ++passes_ >= numbers_.ready_passes) becomeReady();
    return {};
}

StateMachine::Actions StateMachine::readyLine() {
    if (state_ == State::Starting && process_) becomeReady();
    return {};
}

void StateMachine::alive() {
    misses_ = 0;
    if (state_ != State::Ready || !options_.ticks) return;
    deadline_ = now() + std::int64_t{numbers_.live_interval_ms} * numbers_.live_misses;
}

StateMachine::Actions StateMachine::missed() {
    if (state_ != State::Ready || ++misses_ < numbers_.live_misses) return {};
    reason_ = Reason{"not-alive", "did not answer " + std::to_string(misses_) + " health checks in a row"};
    return beginKill(After::Death);
}

void StateMachine::migrating() {
    if (state_ != State::Starting) return;
    deadline_ = std::min(now() + numbers_.start_deadline_ms, spawned_at_ + kMigrationLimitMs);
}

StateMachine::Actions StateMachine::fail(Reason reason) {
    if (!process_ || state_ == State::Stopping) return {};
    reason_ = std::move(reason);
    return beginStop(After::Fail);
}

StateMachine::Actions StateMachine::timer() {
    if (!deadline_ || now() < *deadline_) return {};
    const std::int64_t late = now() - *deadline_;
    deadline_.reset();
    switch (state_) {
        case State::Backoff:
        case State::CrashLoop:
        case State::Failed: return begin();
        case State::Stopping: return escalate();
        case State::Preflight:
            reason_ = Reason{"", "preparing did not end within " + seconds(numbers_.prepare_timeout_ms)};
            return beginStop(After::Death);
        case State::Starting:
            reason_ = Reason{"not-ready", "was not ready within " + seconds(now() - spawned_at_)};
            return beginKill(After::Death);
        case State::Ready:
            // Late by more than an interval: this process itself was paused, so silence proves nothing.
            if (late > numbers_.live_interval_ms) {
                alive();
                return {};
            }
            reason_ = Reason{"not-alive",
                             "no sign of life for " + seconds(std::int64_t{numbers_.live_interval_ms} * numbers_.live_misses)};
            return beginKill(After::Death);
        case State::Stopped:
        case State::Held: break;
    }
    return {};
}

}  // namespace masthead::supervisor
