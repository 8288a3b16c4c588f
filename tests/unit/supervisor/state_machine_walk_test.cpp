#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <random>

#include "tests/unit/supervisor/machine_fixture.hpp"

namespace masthead::supervisor {

using testing::MachineFixture;
using Actions = StateMachine::Actions;

/// A world in which everything that may happen happens at random; it refuses what the machine must never ask for.
class Walk {
public:
    Walk(unsigned seed, MachineOptions options) : random_(seed), fixture_(options) {}

    void step() {
        const State before = fixture_.machine.state();
        fixture_.random = static_cast<double>(pick(1000)) / 1000.0;
        perform(event());
        check(before);
    }
    /// From anywhere: a stop that nobody disturbs ends within 20 s, whatever the process does until it is killed.
    void stopFromHere() {
        obeys_ = false;
        const std::int64_t began = fixture_.clock.steadyMs();
        const bool was_stopping = fixture_.machine.state() == State::Stopping;
        perform(fixture_.machine.stop(false));
        for (int i = 0; i < 10 && (process_ || preflight_); ++i) {
            if (preflight_cancelled_) perform(endPreflight(Reason{"", "cancelled"}));
            if (killed_) perform(endProcess());
            if (process_ || preflight_) perform(fixture_.after(std::max<std::int64_t>(0, fixture_.wait())));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("stopped"), fixture_.state());
        const std::int64_t limit = was_stopping ? 21000 : 20000;
        CPPUNIT_ASSERT(fixture_.clock.steadyMs() - began <= limit);
        obeys_ = true;
    }

private:
    unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }

    Actions endProcess() {
        process_ = killed_ = false;
        return fixture_.machine.exited(pick(5) == 0 ? std::optional<Reason>(Reason{"port-in-use", "x"}) : std::nullopt, "ended");
    }
    Actions endPreflight(std::optional<Reason> failure) {
        preflight_ = preflight_cancelled_ = false;
        return failure ? fixture_.machine.preflightFailed(*failure) : fixture_.machine.preflightPassed();
    }

    Actions event() {
        StateMachine& machine = fixture_.machine;
        switch (pick(14)) {
            case 0: return machine.start();
            case 1: return machine.stop(pick(2) == 0);
            case 2: return machine.restart();
            case 3: return process_ ? endProcess() : Actions{};
            case 4: return preflight_ ? endPreflight(std::nullopt) : Actions{};
            case 5: return preflight_ ? endPreflight(Reason{pick(2) == 0 ? "" : "config-invalid", "x"}) : Actions{};
            case 6: return machine.probePassed();
            case 7: return machine.missed();
            case 8: machine.alive(); return {};
            case 9: machine.migrating(); return {};
            case 10: return process_ ? machine.fail(Reason{"key-missing", "x"}) : Actions{};
            case 11: return machine.urgent();
            case 12: return fixture_.after(pick(40000));
            default: return fixture_.after(std::max<std::int64_t>(0, fixture_.wait()));
        }
    }

    void perform(const Actions& actions) {
        for (const Action action : actions) {
            switch (action) {
                case Action::RunPreflight:
                    CPPUNIT_ASSERT_MESSAGE("prepares beside a process or another preparation", !process_ && !preflight_);
                    preflight_ = true;
                    break;
                case Action::CancelPreflight:
                    CPPUNIT_ASSERT(preflight_);
                    preflight_cancelled_ = true;
                    break;
                case Action::Spawn:
                    CPPUNIT_ASSERT_MESSAGE("two children of one kind", !process_ && !preflight_);
                    if (obeys_ && pick(8) == 0) {
                        perform(fixture_.machine.spawnFailed(Reason{"", "EAGAIN"}));
                        break;
                    }
                    process_ = true;
                    perform(fixture_.machine.spawned());
                    break;
                case Action::Kill: killed_ = true; [[fallthrough]];
                case Action::Drain:
                case Action::Terminate:
                case Action::Quit: CPPUNIT_ASSERT_MESSAGE("signals a process that does not exist", process_); break;
            }
        }
    }

    void check(State before) {
        const State now = fixture_.machine.state();
        CPPUNIT_ASSERT_EQUAL(process_, fixture_.machine.hasProcess());
        CPPUNIT_ASSERT_MESSAGE("ready without a process", now != State::Ready || process_);
        if (now == State::Backoff && before != State::Backoff) {
            CPPUNIT_ASSERT(fixture_.wait() >= 400 && fixture_.wait() <= 36000);
        }
        const bool must_wake = now == State::Backoff || now == State::CrashLoop || now == State::Failed ||
                               now == State::Starting || now == State::Preflight || (now == State::Stopping && process_);
        CPPUNIT_ASSERT_MESSAGE("waits for ever in " + fixture_.state(), !must_wake || fixture_.wait() >= 0);
        CPPUNIT_ASSERT_MESSAGE("an unseen transition",
                               now == before || (!fixture_.seen.empty() && fixture_.seen.back().second == now));
    }

    std::mt19937 random_;
    MachineFixture fixture_;
    bool process_ = false;
    bool preflight_ = false;
    bool preflight_cancelled_ = false;
    bool killed_ = false;
    bool obeys_ = true;
};

class StateMachineWalkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StateMachineWalkTest);
    CPPUNIT_TEST(invariantsHoldOnRandomWalks);
    CPPUNIT_TEST(timeOfDayChangesNothing);
    CPPUNIT_TEST_SUITE_END();

    void invariantsHoldOnRandomWalks() {
        for (unsigned seed = 1; seed <= 400; ++seed) {
            Walk walk(seed, MachineOptions{seed % 2 == 0, seed % 3 == 0, seed % 5 == 0});
            for (int i = 0; i < 300; ++i) walk.step();
            walk.stopFromHere();
        }
    }

    /// A clock whose wall time jumps by decades between any two questions.
    class JumpingClock final : public Clock {
    public:
        std::int64_t steadyMs() const override { return steady; }
        std::int64_t wallMs() const override { return asked_++ % 2 == 0 ? -1'500'000'000'000 : 4'000'000'000'000; }
        std::int64_t steady = 0;

    private:
        mutable int asked_ = 0;
    };
    void timeOfDayChangesNothing() {
        JumpingClock clock;
        StateMachine machine(
            {}, {}, clock, [] { return 0.5; }, nullptr);
        CPPUNIT_ASSERT(machine.start() == Actions{Action::Spawn});
        static_cast<void>(machine.spawned());
        static_cast<void>(machine.exited(std::nullopt, "ended"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, *machine.deadline());
        clock.steady = 500;
        CPPUNIT_ASSERT(machine.timer() == Actions{Action::Spawn});
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StateMachineWalkTest);

}  // namespace masthead::supervisor
