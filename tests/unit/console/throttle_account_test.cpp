#include "host/console/auth/throttle_account.hpp"

#include <atomic>
#include <thread>

#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {

class AccountThrottleTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountThrottleTest);
    CPPUNIT_TEST(theSixthTryWaitsEachLonger_AU11);
    CPPUNIT_TEST(aHundredInARowLock_AU11);
    CPPUNIT_TEST(parallelGuessesAreCountedExactly_AU16);
    CPPUNIT_TEST(successForgivesOnlyThatAuthenticator_AU17);
    CPPUNIT_TEST(countsSurviveARestart_AU18);
    CPPUNIT_TEST(halfADayForgets);
    CPPUNIT_TEST(oldRowsGoLockedOnesStay);
    CPPUNIT_TEST_SUITE_END();

    World world;
    AccountThrottle throttle{world.clock};

    AccountThrottle::Verdict take(const std::string& subject = "account:1", const std::string& authenticator = "password") {
        AccountThrottle::Verdict verdict;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            verdict = throttle.take(transaction, subject, authenticator);
            return {};
        }));
        return verdict;
    }
    bool failed(const std::string& subject = "account:1") {
        bool locked = false;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            locked = throttle.failed(transaction, subject, "password");
            return {};
        }));
        return locked;
    }

    void theSixthTryWaitsEachLonger_AU11() {
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, take().wait_ms);
        std::int64_t expected = 1000;
        for (int i = 0; i < 12; ++i) {
            CPPUNIT_ASSERT_EQUAL(expected, take().wait_ms);
            world.clock.advance(expected - 1);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, take().wait_ms);
            world.clock.advance(1);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, take().wait_ms);
            expected = std::min<std::int64_t>(expected * 2, 900000);
        }
    }
    void aHundredInARowLock_AU11() {
        for (int i = 1; i <= 100; ++i) {
            world.clock.advance(AccountThrottle::kLongestWaitMs);
            CPPUNIT_ASSERT(!take().locked);
            CPPUNIT_ASSERT_EQUAL(i == 100, failed());
        }
        world.clock.advance(10 * AccountThrottle::kForgetMs);
        CPPUNIT_ASSERT(take().locked);
        CPPUNIT_ASSERT(!take("account:1", "totp").locked);
        CPPUNIT_ASSERT(!take("account:2").locked);
    }
    void parallelGuessesAreCountedExactly_AU16() {
        std::atomic<int> allowed{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 50; ++i) threads.emplace_back([&] { allowed += take().wait_ms == 0 ? 1 : 0; });
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(5, allowed.load());
    }
    void successForgivesOnlyThatAuthenticator_AU17() {
        for (int i = 0; i < 5; ++i) {
            take();
            take("account:1", "totp");
        }
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            throttle.succeeded(transaction, "account:1", "password");
            return {};
        }));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, take().wait_ms);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, take("account:1", "totp").wait_ms);
    }
    void countsSurviveARestart_AU18() {
        for (int i = 0; i < 5; ++i) take();
        world.database.reset();
        world.database = must(store::Database::open(world.dir.file("masthead.db")));
        AccountThrottle again{world.clock};
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, again.take(transaction, "account:1", "password").wait_ms);
            return {};
        }));
    }
    void halfADayForgets() {
        for (int i = 0; i < 5; ++i) take();
        world.clock.advance(AccountThrottle::kForgetMs + 1);
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, take().wait_ms);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, take().wait_ms);
    }
    void oldRowsGoLockedOnesStay() {
        for (int i = 0; i < 100; ++i) {
            world.clock.advance(AccountThrottle::kLongestWaitMs);
            take();
        }
        CPPUNIT_ASSERT(failed());
        take("address:x");
        world.clock.advance(AccountThrottle::kForgetMs + 1);
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            throttle.removeOld(transaction);
            CPPUNIT_ASSERT_EQUAL(std::size_t{1}, transaction.query("SELECT subject FROM sign_in_failures").size());
            CPPUNIT_ASSERT(AccountThrottle::locked(transaction, "account:1", "password"));
            return {};
        }));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountThrottleTest);

}  // namespace masthead::console::auth
