#include "host/supervisor/backoff.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::supervisor {

class BackoffTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BackoffTest);
    CPPUNIT_TEST(jitterSpreadsByTwentyPercent);
    CPPUNIT_TEST(attemptsBeyondTheMaximumDoNotOverflow);
    CPPUNIT_TEST_SUITE_END();

    void jitterSpreadsByTwentyPercent() {
        const config::Supervisor numbers;
        CPPUNIT_ASSERT_EQUAL(std::int64_t{400}, backoffDelay(numbers, 0, 0.0));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{500}, backoffDelay(numbers, 0, 0.5));
        const std::int64_t high = backoffDelay(numbers, 0, 0.9999);
        CPPUNIT_ASSERT(high > 590 && high <= 600);
    }
    void attemptsBeyondTheMaximumDoNotOverflow() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{30000}, backoffDelay(config::Supervisor{}, 4000000000U, 0.5));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BackoffTest);

}  // namespace masthead::supervisor
