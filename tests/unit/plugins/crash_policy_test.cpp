#include "host/console/plugins/crash_policy.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace masthead::console::plugins;

namespace {

constexpr std::int64_t kNow = 1'800'000'000'000;

class CrashPolicyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashPolicyTest);
    CPPUNIT_TEST(waitsDouble);
    CPPUNIT_TEST(fiveInTenMinutesQuarantine);
    CPPUNIT_TEST(oldAndForgivenCrashesDoNotCount);
    CPPUNIT_TEST_SUITE_END();

public:
    void waitsDouble() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, judgeCrashes({}, 0, kNow).load_at);
        const std::int64_t waits[] = {1000, 2000, 4000, 8000};
        std::vector<std::int64_t> crashes;
        for (const auto wait : waits) {
            crashes.push_back(kNow - static_cast<std::int64_t>(crashes.size()));
            const auto verdict = judgeCrashes(crashes, 0, kNow);
            CPPUNIT_ASSERT_EQUAL(kNow + wait, verdict.load_at);
            CPPUNIT_ASSERT(!verdict.quarantine);
        }
    }

    void fiveInTenMinutesQuarantine() {
        const std::vector<std::int64_t> crashes{kNow, kNow - 60000, kNow - 120000, kNow - 180000, kNow - kCrashWindowMs + 1};
        CPPUNIT_ASSERT(judgeCrashes(crashes, 0, kNow).quarantine);
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, judgeCrashes(crashes, 0, kNow).recent);
        CPPUNIT_ASSERT(!judgeCrashes(crashes, 0, kNow + 1).quarantine);
        std::vector<std::int64_t> many(20, kNow);
        CPPUNIT_ASSERT_EQUAL(kNow + kMaxBackoffMs, judgeCrashes(many, 0, kNow).load_at);
    }

    void oldAndForgivenCrashesDoNotCount() {
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, judgeCrashes({kNow - kCrashWindowMs, kNow - 2 * kCrashWindowMs}, 0, kNow).recent);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, judgeCrashes({kNow - 5, kNow - 10}, kNow - 10, kNow).recent);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CrashPolicyTest);

}  // namespace
