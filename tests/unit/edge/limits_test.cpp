#include <arpa/inet.h>
#include <cppunit/extensions/HelperMacros.h>

#include <cstring>

#include "host/edge/limits/address.hpp"
#include "host/edge/limits/body_pace.hpp"
#include "host/edge/limits/byte_budget.hpp"
#include "host/edge/limits/connection_cap.hpp"
#include "host/edge/limits/rate_limiter.hpp"
#include "tests/support/fake_clock.hpp"

namespace masthead::edge::limits {

class LimitsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LimitsTest);
    CPPUNIT_TEST(addressesAreCountedByHostOrNetwork);
    CPPUNIT_TEST(connectionsAreCappedPerAddressAndInTotal);
    CPPUNIT_TEST(ratesRefillWithTime);
    CPPUNIT_TEST(rateMemoryIsBounded);
    CPPUNIT_TEST(bodiesMustKeepPace);
    CPPUNIT_TEST(budgetIsSharedAndReturned);
    CPPUNIT_TEST_SUITE_END();

    static sockaddr_storage address(const char* text) {
        sockaddr_storage out{};
        sockaddr_in v4{};
        sockaddr_in6 v6{};
        if (::inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
            v4.sin_family = AF_INET;
            std::memcpy(&out, &v4, sizeof v4);
        } else {
            CPPUNIT_ASSERT_EQUAL(1, ::inet_pton(AF_INET6, text, &v6.sin6_addr));
            v6.sin6_family = AF_INET6;
            std::memcpy(&out, &v6, sizeof v6);
        }
        return out;
    }

    void addressesAreCountedByHostOrNetwork() {
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), addressText(address("192.0.2.7")));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), addressText(address("::ffff:192.0.2.7")));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.7"), countingKey(address("::ffff:192.0.2.7")));
        CPPUNIT_ASSERT_EQUAL(std::string("2001:db8::1:2"), addressText(address("2001:db8::1:2")));
        CPPUNIT_ASSERT_EQUAL(countingKey(address("2001:db8:0:1::1")), countingKey(address("2001:db8:0:1:ffff::2")));
        CPPUNIT_ASSERT(countingKey(address("2001:db8:0:1::1")) != countingKey(address("2001:db8:0:2::1")));
    }

    void connectionsAreCappedPerAddressAndInTotal() {
        ConnectionCap cap(3, 2);
        auto first = cap.acquire("a");
        {
            const auto second = cap.acquire("a");
            CPPUNIT_ASSERT(first && second);
            CPPUNIT_ASSERT(!cap.acquire("a"));
            const auto other = cap.acquire("b");
            CPPUNIT_ASSERT(other);
            CPPUNIT_ASSERT(!cap.acquire("c"));
            CPPUNIT_ASSERT_EQUAL(std::size_t{3}, cap.count());
        }
        const auto moved = std::move(first);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, cap.count());
        CPPUNIT_ASSERT(cap.acquire("a"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, cap.addresses());
    }

    void ratesRefillWithTime() {
        testing::FakeClock clock;
        RateLimiter limiter(clock);
        const auto figures = rateClassNamed("public");
        for (int i = 0; i < static_cast<int>(figures.burst); ++i) CPPUNIT_ASSERT(limiter.admit("public", "a"));
        CPPUNIT_ASSERT(!limiter.admit("public", "a"));
        CPPUNIT_ASSERT(limiter.admit("public", "b"));
        CPPUNIT_ASSERT(limiter.admit("console", "a"));
        clock.advance(1000);
        for (int i = 0; i < static_cast<int>(figures.per_second); ++i) CPPUNIT_ASSERT(limiter.admit("public", "a"));
        CPPUNIT_ASSERT(!limiter.admit("public", "a"));
    }

    void rateMemoryIsBounded() {
        testing::FakeClock clock;
        RateLimiter limiter(clock, 100);
        for (int i = 0; i < 1000; ++i) limiter.admit("page", std::to_string(i));
        CPPUNIT_ASSERT(limiter.buckets() <= 101);
        clock.advance(60000);
        CPPUNIT_ASSERT(limiter.admit("page", "later"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, limiter.buckets());
    }

    void bodiesMustKeepPace() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5000}, nextByteDue(0, 60000));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{15000}, nextByteDue(10240, 60000));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{60000}, nextByteDue(1 << 20, 60000));
    }

    void budgetIsSharedAndReturned() {
        ByteBudget budget(100);
        {
            ByteBudget::Share first(budget);
            ByteBudget::Share second(budget);
            CPPUNIT_ASSERT(first.growTo(60) && first.growTo(50));
            CPPUNIT_ASSERT(!second.growTo(41));
            CPPUNIT_ASSERT(second.growTo(40));
            CPPUNIT_ASSERT_EQUAL(std::size_t{0}, budget.left());
        }
        CPPUNIT_ASSERT_EQUAL(std::size_t{100}, budget.left());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LimitsTest);

}  // namespace masthead::edge::limits
