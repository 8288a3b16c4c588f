#include "host/console/auth/throttle.hpp"

#include <atomic>
#include <thread>

#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {

class ThrottleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ThrottleTest);
    CPPUNIT_TEST(theEleventhTryOfASourceWaits);
    CPPUNIT_TEST(anAccountWaitsLongerEachTime);
    CPPUNIT_TEST(aStrangerDoesNotLockTheOwnerOut);
    CPPUNIT_TEST(successForgives);
    CPPUNIT_TEST(failuresAreForgottenAfterHalfADay);
    CPPUNIT_TEST(parallelGuessesCannotSlipThrough);
    CPPUNIT_TEST(oneNetworkIsOneSource);
    CPPUNIT_TEST_SUITE_END();

    testing::FakeClock clock;
    Throttle throttle{clock};

    void theEleventhTryOfASourceWaits() {
        for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("a", "account" + std::to_string(i)));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{6000}, throttle.attempt("a", "next"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("b", "next"));
        clock.advance(6000);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("a", "next"));
        CPPUNIT_ASSERT(throttle.attempt("a", "other") > 0);
    }
    void anAccountWaitsLongerEachTime() {
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("a", "ada"));
        std::int64_t expected = 1000;
        for (int i = 0; i < 12; ++i) {
            CPPUNIT_ASSERT_EQUAL(expected, throttle.attempt("a", "ada"));
            clock.advance(expected - 1);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, throttle.attempt("a", "ada"));
            clock.advance(1);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("a", "ada"));
            expected = std::min<std::int64_t>(expected * 2, 900000);
        }
    }
    void aStrangerDoesNotLockTheOwnerOut() {
        for (int i = 0; i < 10; ++i) throttle.attempt("stranger", "ada");
        CPPUNIT_ASSERT(throttle.attempt("stranger", "ada") > 0);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("owner", "ada"));
    }
    void successForgives() {
        for (int i = 0; i < 100; ++i) {
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("a", "ada"));
            throttle.succeeded("a", "ada");
        }
    }
    void failuresAreForgottenAfterHalfADay() {
        for (int i = 0; i < 5; ++i) throttle.attempt("a", "ada");
        clock.advance(Throttle::kForgetMs + 1);
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, throttle.attempt("a", "ada"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, throttle.attempt("a", "ada"));
    }
    void parallelGuessesCannotSlipThrough() {
        std::atomic<int> allowed{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 50; ++i) {
            threads.emplace_back([&] { allowed += throttle.attempt("a", "ada") == 0 ? 1 : 0; });
        }
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(5, allowed.load());
    }
    void oneNetworkIsOneSource() {
        CPPUNIT_ASSERT_EQUAL(throttleSource("2001:db8:1:2::1"), throttleSource("2001:db8:1:2:ffff::9"));
        CPPUNIT_ASSERT(throttleSource("2001:db8:1:2::1") != throttleSource("2001:db8:1:3::1"));
        CPPUNIT_ASSERT(throttleSource("192.0.2.1") != throttleSource("192.0.2.2"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ThrottleTest);

}  // namespace masthead::console::auth
