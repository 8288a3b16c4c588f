#include "host/console/plugins/call_runner.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <future>

using masthead::console::plugins::CallRunner;
using Outcome = CallRunner::Outcome;

namespace {

/// Enough for a thread to start on a busy machine.
constexpr std::int64_t kHang = 500;

/// A task that blocks until it is let go.
struct Gate {
    std::promise<void> entered, open;
    std::shared_future<void> opened = open.get_future().share();
    std::function<void()> task() {
        return [this] {
            entered.set_value();
            opened.wait();
        };
    }
};

class CallRunnerTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CallRunnerTest);
    CPPUNIT_TEST(runsOnAnotherThread);
    CPPUNIT_TEST(aHungTaskIsAnsweredForAndCounted);
    CPPUNIT_TEST(aTaskThatNeverStartedNeverRuns);
    CPPUNIT_TEST(manyAtOnce);
    CPPUNIT_TEST(stopLeavesHungThreadsBehind);
    CPPUNIT_TEST(stopAnswersForTasksThatWaitForAThread);
    CPPUNIT_TEST_SUITE_END();

public:
    void runsOnAnotherThread() {
        CallRunner runner(2);
        std::thread::id where;
        CPPUNIT_ASSERT(runner.run([&] { where = std::this_thread::get_id(); }, 5000) == Outcome::Done);
        CPPUNIT_ASSERT(where != std::thread::id());
        CPPUNIT_ASSERT(where != std::this_thread::get_id());
        CPPUNIT_ASSERT(runner.stop(5000));
        CPPUNIT_ASSERT(runner.run([] {}, 10) == Outcome::NotStarted);
    }

    void aHungTaskIsAnsweredForAndCounted() {
        CallRunner runner(2);
        Gate gate;
        CPPUNIT_ASSERT(runner.run(gate.task(), kHang) == Outcome::TimedOut);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, runner.stuck());
        CPPUNIT_ASSERT(runner.run([] {}, 5000) == Outcome::Done);
        gate.open.set_value();
        CPPUNIT_ASSERT(runner.stop(5000));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, runner.stuck());
    }

    void aTaskThatNeverStartedNeverRuns() {
        CallRunner runner(1);
        Gate gate;
        CPPUNIT_ASSERT(runner.run(gate.task(), kHang) == Outcome::TimedOut);
        auto ran = std::make_shared<std::atomic<bool>>(false);
        CPPUNIT_ASSERT(runner.run([ran] { *ran = true; }, 20) == Outcome::NotStarted);
        gate.open.set_value();
        CPPUNIT_ASSERT(runner.run([] {}, 5000) == Outcome::Done);
        CPPUNIT_ASSERT(runner.stop(5000));
        CPPUNIT_ASSERT(!*ran);
    }

    void manyAtOnce() {
        CallRunner runner(8);
        std::atomic<int> done{0};
        std::vector<std::thread> callers;
        for (int i = 0; i < 16; ++i) {
            callers.emplace_back([&] {
                for (int n = 0; n < 50; ++n) {
                    if (runner.run([&] { ++done; }, 20000) != Outcome::Done) done = -100000;
                }
            });
        }
        for (auto& caller : callers) caller.join();
        CPPUNIT_ASSERT_EQUAL(16 * 50, done.load());
        CPPUNIT_ASSERT(runner.stop(5000));
    }

    void stopLeavesHungThreadsBehind() {
        auto gate = std::make_shared<Gate>();
        CallRunner runner(1);
        CPPUNIT_ASSERT(runner.run([gate] { gate->task()(); }, kHang) == Outcome::TimedOut);
        CPPUNIT_ASSERT(!runner.stop(20));
        gate->open.set_value();
        CPPUNIT_ASSERT(runner.stop(5000));
    }
    void stopAnswersForTasksThatWaitForAThread() {
        Gate gate;
        CallRunner runner(1);
        auto running = std::async(std::launch::async, [&] { return runner.run(gate.task(), 20000); });
        gate.entered.get_future().wait();
        auto waiting = std::async(std::launch::async, [&] { return runner.run([] {}, 5000); });
        while (runner.queued() == 0) std::this_thread::yield();
        CPPUNIT_ASSERT(!runner.stop(0));
        CPPUNIT_ASSERT(waiting.get() == Outcome::NotStarted);
        gate.open.set_value();
        CPPUNIT_ASSERT(running.get() == Outcome::Done);
        CPPUNIT_ASSERT(runner.stop(5000));
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, runner.stuck());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CallRunnerTest);

}  // namespace
