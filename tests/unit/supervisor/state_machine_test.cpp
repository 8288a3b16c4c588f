#include "host/supervisor/state_machine.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "tests/unit/supervisor/machine_fixture.hpp"

namespace masthead::supervisor {

using testing::MachineFixture;
using Actions = StateMachine::Actions;

class StateMachineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StateMachineTest);
    CPPUNIT_TEST(startRunsPreflightThenSpawns);
    CPPUNIT_TEST(twoProbePassesInARowMakeReady);
    CPPUNIT_TEST(startDeadlineIsThirtySeconds);
    CPPUNIT_TEST(migrationExtendsTheDeadlineToFifteenMinutes);
    CPPUNIT_TEST(backoffDoublesToThirtySeconds);
    CPPUNIT_TEST(sixtySecondsReadyResetTheBackoff);
    CPPUNIT_TEST(fiveDeathsInSixtySecondsAreACrashLoop);
    CPPUNIT_TEST(deathsSpreadOverMoreThanAMinuteAreNot);
    CPPUNIT_TEST(forgivenDeathsAreNoCrashLoop);
    CPPUNIT_TEST(crashLoopLastsUntilTheChildIsReadyForAMinute);
    CPPUNIT_TEST(sixMissedProbesKill);
    CPPUNIT_TEST(thirtySecondsWithoutATickKill);
    CPPUNIT_TEST(aPausedSupervisorKillsNobody);
    CPPUNIT_TEST(stopEscalates);
    CPPUNIT_TEST(drainingStopKeepsItsBound);
    CPPUNIT_TEST(urgentSkipsTheDrain);
    CPPUNIT_TEST(knownFailureAtStartIsFailedAndRetried);
    CPPUNIT_TEST(knownFailureOfAReadyChildIsADeath);
    CPPUNIT_TEST(failedPreflightWithoutAClassBacksOff);
    CPPUNIT_TEST(preflightTimeoutCancels);
    CPPUNIT_TEST(stopDuringPreflightSpawnsNothing);
    CPPUNIT_TEST(failStopsAndStaysFailed);
    CPPUNIT_TEST(restartStopsFirstAndForgetsDeaths);
    CPPUNIT_TEST(heldStaysHeldUntilStarted);
    CPPUNIT_TEST(spawnFailureBacksOff);
    CPPUNIT_TEST_SUITE_END();

    static void expect(const MachineFixture& f, const char* state, std::int64_t wait) {
        CPPUNIT_ASSERT_EQUAL(std::string(state), f.state());
        CPPUNIT_ASSERT_EQUAL(wait, f.wait());
    }
    static void die(MachineFixture& f) { CPPUNIT_ASSERT(f.machine.exited(std::nullopt, "signal 9").empty()); }

    void startRunsPreflightThenSpawns() {
        MachineFixture f(MachineOptions{true, false, false});
        CPPUNIT_ASSERT(f.machine.start() == Actions{Action::RunPreflight});
        expect(f, "preflight", 900000);
        CPPUNIT_ASSERT(f.machine.start().empty());
        CPPUNIT_ASSERT(f.machine.preflightPassed() == Actions{Action::Spawn});
        expect(f, "starting", 30000);
    }
    void twoProbePassesInARowMakeReady() {
        MachineFixture f;
        f.run();
        static_cast<void>(f.machine.probePassed());
        f.machine.probeFailed();
        static_cast<void>(f.machine.probePassed());
        expect(f, "starting", 30000);
        static_cast<void>(f.machine.probePassed());
        expect(f, "ready", -1);
    }
    void startDeadlineIsThirtySeconds() {
        MachineFixture f;
        f.run();
        CPPUNIT_ASSERT(f.after(29999).empty());
        CPPUNIT_ASSERT(f.after(1) == Actions{Action::Quit});
        expect(f, "stopping", 5000);
        CPPUNIT_ASSERT(f.after(5000) == Actions{Action::Kill});
        CPPUNIT_ASSERT(f.after(1000) == Actions{Action::Kill});
        die(f);
        expect(f, "backoff", 500);
        CPPUNIT_ASSERT_EQUAL(std::string("not-ready"), f.machine.reason()->failure_class);
        static_cast<void>(f.after(500));
        static_cast<void>(f.machine.spawned());
        static_cast<void>(f.machine.readyLine());
        CPPUNIT_ASSERT(!f.machine.reason());
    }
    void migrationExtendsTheDeadlineToFifteenMinutes() {
        MachineFixture f;
        f.run();
        for (int i = 0; i < 200; ++i) {
            f.machine.migrating();
            if (f.wait() < 30000) break;
            CPPUNIT_ASSERT(f.after(20000).empty());
        }
        CPPUNIT_ASSERT_EQUAL(std::int64_t{15 * 60 * 1000}, f.clock.steadyMs() + f.wait());
        CPPUNIT_ASSERT(f.after(f.wait()) == Actions{Action::Quit});
    }
    void backoffDoublesToThirtySeconds() {
        config::Supervisor numbers;
        numbers.crash_loop_deaths = 1000;
        MachineFixture f({}, numbers);
        f.run();
        for (const std::int64_t expected : {500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000}) {
            die(f);
            expect(f, "backoff", expected);
            CPPUNIT_ASSERT(f.after(expected - 1).empty());
            CPPUNIT_ASSERT(f.after(1) == Actions{Action::Spawn});
            static_cast<void>(f.machine.spawned());
        }
        CPPUNIT_ASSERT_EQUAL(9U, f.machine.restarts());
    }
    void sixtySecondsReadyResetTheBackoff() {
        MachineFixture f;
        f.beReady();
        die(f);
        static_cast<void>(f.after(500));
        static_cast<void>(f.machine.spawned());
        static_cast<void>(f.machine.readyLine());
        f.clock.advance(59999);
        die(f);
        expect(f, "backoff", 1000);
        static_cast<void>(f.after(1000));
        static_cast<void>(f.machine.spawned());
        static_cast<void>(f.machine.readyLine());
        f.clock.advance(60000);
        die(f);
        expect(f, "backoff", 500);
    }
    /// Dies `count` times, each right after its start.
    static void dieAtStart(MachineFixture& f, int count) {
        for (int i = 0; i < count; ++i) {
            die(f);
            if (f.machine.state() == State::CrashLoop) return;
            static_cast<void>(f.after(f.wait()));
            static_cast<void>(f.machine.spawned());
        }
    }
    void fiveDeathsInSixtySecondsAreACrashLoop() {
        MachineFixture f;
        f.run();
        dieAtStart(f, 4);
        CPPUNIT_ASSERT_EQUAL(std::string("starting"), f.state());
        die(f);
        expect(f, "crash_loop", 60000);
        CPPUNIT_ASSERT(f.after(60000) == Actions{Action::Spawn});
    }
    void forgivenDeathsAreNoCrashLoop() {
        MachineFixture f;
        f.run();
        for (int i = 0; i < 12; ++i) {
            static_cast<void>(f.machine.readyLine());
            die(f);
            expect(f, "backoff", 500);
            CPPUNIT_ASSERT(f.after(500) == Actions{Action::Spawn});
            static_cast<void>(f.machine.spawned());
            f.machine.forgiveDeath();
        }
        dieAtStart(f, 4);
        die(f);
        expect(f, "crash_loop", 60000);
    }
    void deathsSpreadOverMoreThanAMinuteAreNot() {
        MachineFixture f;
        f.beReady();
        for (int i = 0; i < 20; ++i) {
            f.clock.advance(15000);
            die(f);
            CPPUNIT_ASSERT_EQUAL(std::string("backoff"), f.state());
            static_cast<void>(f.after(f.wait()));
            static_cast<void>(f.machine.spawned());
            static_cast<void>(f.machine.readyLine());
        }
    }
    void crashLoopLastsUntilTheChildIsReadyForAMinute() {
        MachineFixture f;
        f.run();
        dieAtStart(f, 5);
        static_cast<void>(f.after(60000));
        static_cast<void>(f.machine.spawned());
        die(f);
        expect(f, "crash_loop", 60000);
        static_cast<void>(f.after(60000));
        static_cast<void>(f.machine.spawned());
        static_cast<void>(f.machine.readyLine());
        f.clock.advance(60000);
        die(f);
        expect(f, "backoff", 500);
    }
    void sixMissedProbesKill() {
        MachineFixture f;
        f.beReady();
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT(f.machine.missed().empty());
        f.machine.alive();
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT(f.machine.missed().empty());
        CPPUNIT_ASSERT(f.machine.missed() == Actions{Action::Quit});
        CPPUNIT_ASSERT(f.after(5000) == Actions{Action::Kill});
        die(f);
        expect(f, "backoff", 500);
    }
    void thirtySecondsWithoutATickKill() {
        MachineFixture f(MachineOptions{false, false, true});
        f.beReady();
        f.clock.advance(20000);
        f.machine.alive();
        expect(f, "ready", 30000);
        CPPUNIT_ASSERT(f.after(30000) == Actions{Action::Quit});
        CPPUNIT_ASSERT_EQUAL(std::string("not-alive"), f.machine.reason()->failure_class);
    }
    void aPausedSupervisorKillsNobody() {
        MachineFixture f(MachineOptions{false, false, true});
        f.beReady();
        CPPUNIT_ASSERT(f.after(8 * 3600 * 1000).empty());
        expect(f, "ready", 30000);
    }
    void stopEscalates() {
        MachineFixture f;
        f.beReady();
        CPPUNIT_ASSERT(f.machine.stop(false) == Actions{Action::Terminate});
        expect(f, "stopping", 10000);
        CPPUNIT_ASSERT(f.after(10000) == Actions{Action::Quit});
        expect(f, "stopping", 5000);
        CPPUNIT_ASSERT(f.after(5000) == Actions{Action::Kill});
        die(f);
        expect(f, "stopped", -1);
    }
    void drainingStopKeepsItsBound() {
        MachineFixture f(MachineOptions{false, true, true});
        f.beReady();
        CPPUNIT_ASSERT(f.machine.stop(false) == Actions{Action::Drain});
        const std::int64_t began = f.clock.steadyMs();
        CPPUNIT_ASSERT(f.after(f.wait()) == Actions{Action::Terminate});
        CPPUNIT_ASSERT(f.clock.steadyMs() - began >= 5000);
        CPPUNIT_ASSERT(f.after(f.wait()) == Actions{Action::Quit});
        CPPUNIT_ASSERT(f.after(f.wait()) == Actions{Action::Kill});
        CPPUNIT_ASSERT_EQUAL(std::int64_t{20000}, f.clock.steadyMs() - began);
    }
    void urgentSkipsTheDrain() {
        MachineFixture f(MachineOptions{false, true, true});
        f.beReady();
        static_cast<void>(f.machine.stop(false));
        CPPUNIT_ASSERT(f.machine.urgent() == Actions{Action::Terminate});
        CPPUNIT_ASSERT(f.machine.urgent().empty());
    }
    void knownFailureAtStartIsFailedAndRetried() {
        MachineFixture f;
        f.run();
        static_cast<void>(f.machine.exited(Reason{"db-corrupt", "bad"}, "exit code 1"));
        expect(f, "failed", 300000);
        CPPUNIT_ASSERT_EQUAL(std::string("db-corrupt"), f.machine.reason()->failure_class);
        CPPUNIT_ASSERT(f.after(300000) == Actions{Action::Spawn});
    }
    void knownFailureOfAReadyChildIsADeath() {
        MachineFixture f;
        f.beReady();
        static_cast<void>(f.machine.exited(Reason{"oom", "out of memory"}, "exit code 2"));
        expect(f, "backoff", 500);
        CPPUNIT_ASSERT_EQUAL(std::string("oom"), f.machine.reason()->failure_class);
    }
    void failedPreflightWithoutAClassBacksOff() {
        MachineFixture f(MachineOptions{true, false, false});
        static_cast<void>(f.machine.start());
        CPPUNIT_ASSERT(f.machine.preflightFailed(Reason{"", "crashed"}).empty());
        expect(f, "backoff", 500);
        CPPUNIT_ASSERT(f.after(500) == Actions{Action::RunPreflight});
        CPPUNIT_ASSERT(f.machine.preflightFailed(Reason{"config-invalid", "x"}).empty());
        expect(f, "failed", 300000);
        CPPUNIT_ASSERT(f.machine.restart() == Actions{Action::RunPreflight});
    }
    void preflightTimeoutCancels() {
        MachineFixture f(MachineOptions{true, false, false});
        static_cast<void>(f.machine.start());
        CPPUNIT_ASSERT(f.after(900000) == Actions{Action::CancelPreflight});
        CPPUNIT_ASSERT(f.machine.preflightFailed(Reason{"", "killed"}).empty());
        expect(f, "backoff", 500);
    }
    void stopDuringPreflightSpawnsNothing() {
        MachineFixture f(MachineOptions{true, false, false});
        static_cast<void>(f.machine.start());
        CPPUNIT_ASSERT(f.machine.stop(false) == Actions{Action::CancelPreflight});
        CPPUNIT_ASSERT(f.machine.preflightPassed().empty());
        expect(f, "stopped", -1);
    }
    void failStopsAndStaysFailed() {
        MachineFixture f;
        f.run();
        CPPUNIT_ASSERT(f.machine.fail(Reason{"key-missing", "another key"}) == Actions{Action::Terminate});
        die(f);
        expect(f, "failed", 300000);
        CPPUNIT_ASSERT_EQUAL(std::string("key-missing"), f.machine.reason()->failure_class);
    }
    void restartStopsFirstAndForgetsDeaths() {
        MachineFixture f;
        f.run();
        dieAtStart(f, 4);
        static_cast<void>(f.machine.readyLine());
        CPPUNIT_ASSERT(f.machine.restart() == Actions{Action::Terminate});
        CPPUNIT_ASSERT(f.machine.restart().empty());
        CPPUNIT_ASSERT(f.machine.exited(std::nullopt, "exit code 0") == Actions{Action::Spawn});
        static_cast<void>(f.machine.spawned());
        die(f);
        expect(f, "backoff", 500);
    }
    void heldStaysHeldUntilStarted() {
        MachineFixture f;
        f.beReady();
        static_cast<void>(f.machine.stop(true));
        die(f);
        expect(f, "held", -1);
        CPPUNIT_ASSERT(f.after(3600 * 1000).empty());
        CPPUNIT_ASSERT(f.machine.start() == Actions{Action::Spawn});
    }
    void spawnFailureBacksOff() {
        MachineFixture f;
        static_cast<void>(f.machine.start());
        CPPUNIT_ASSERT(f.machine.spawnFailed(Reason{"", "EAGAIN"}).empty());
        expect(f, "backoff", 500);
        CPPUNIT_ASSERT(!f.machine.hasProcess());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StateMachineTest);

}  // namespace masthead::supervisor
