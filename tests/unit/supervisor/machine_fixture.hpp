// A StateMachine with the default numbers, a fake clock and no jitter, plus what the tests ask of it.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "host/supervisor/state_machine.hpp"
#include "tests/support/fake_clock.hpp"

namespace masthead::supervisor::testing {

struct MachineFixture {
    explicit MachineFixture(MachineOptions options = {}, config::Supervisor numbers = {})
        : machine(
              numbers, options, clock, [this] { return random; }, [this](State from, State to) { seen.emplace_back(from, to); }) {
    }

    using Actions = StateMachine::Actions;

    /// start() until the process runs.
    void run() {
        if (machine.start() == Actions{Action::RunPreflight}) static_cast<void>(machine.preflightPassed());
        static_cast<void>(machine.spawned());
    }
    void beReady() {
        run();
        static_cast<void>(machine.readyLine());
    }
    Actions after(std::int64_t ms) {
        clock.advance(ms);
        return machine.timer();
    }
    /// Milliseconds to the next timer; -1 without one.
    std::int64_t wait() const { return machine.deadline() ? *machine.deadline() - clock.steadyMs() : -1; }
    std::string state() const { return stateName(machine.state()); }

    masthead::testing::FakeClock clock;
    double random = 0.5;
    std::vector<std::pair<State, State>> seen;
    StateMachine machine;
};

}  // namespace masthead::supervisor::testing
