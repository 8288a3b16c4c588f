#include "host/console/auth/throttle.hpp"

#include <atomic>
#include <thread>

#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {

class ThrottleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ThrottleTest);
    CPPUNIT_TEST(theEleventhTryOfASourceWaits_AU10);
    CPPUNIT_TEST(successGivesTheTryBack);
    CPPUNIT_TEST(hashesAreBoundedForEverybody_AU13);
    CPPUNIT_TEST(parallelGuessesCannotSlipThrough_AU16);
    CPPUNIT_TEST(oneNetworkIsOneSource);
    CPPUNIT_TEST_SUITE_END();

    testing::FakeClock clock;
    Throttle throttle{clock, 1};

    void theEleventhTryOfASourceWaits_AU10() {
        for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("a", "account" + std::to_string(i)));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6000}, throttle.attempt("a", "next"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("b", "next"));
        clock.advance(6000);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("a", "next"));
        CPPUNIT_ASSERT(throttle.attempt("a", "other") > 0);
    }
    void successGivesTheTryBack() {
        for (int i = 0; i < 100; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attemptSource("a"));
            throttle.returnSource("a");
        }
    }
    void hashesAreBoundedForEverybody_AU13() {
        Throttle four{clock, 4};
        int burst = 0;
        while (four.attemptHash() == 0) ++burst;
        CPPUNIT_ASSERT_EQUAL(40, burst);
        int sustained = 0;
        for (int ms = 0; ms < 10000; ++ms) {
            clock.advance(1);
            if (four.attemptHash() == 0) ++sustained;
        }
        CPPUNIT_ASSERT_EQUAL(80, sustained);  // two a second and core
    }
    void parallelGuessesCannotSlipThrough_AU16() {
        std::atomic<int> allowed{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 50; ++i) {
            threads.emplace_back([&] { allowed += throttle.attemptSource("a") == 0 ? 1 : 0; });
        }
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(10, allowed.load());
    }
    void oneNetworkIsOneSource() {
        CPPUNIT_ASSERT_EQUAL(throttleSource("2001:db8:1:2::1"), throttleSource("2001:db8:1:2:ffff::9"));
        CPPUNIT_ASSERT(throttleSource("2001:db8:1:2::1") != throttleSource("2001:db8:1:3::1"));
        CPPUNIT_ASSERT(throttleSource("192.0.2.1") != throttleSource("192.0.2.2"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ThrottleTest);

}  // namespace masthead::console::auth
