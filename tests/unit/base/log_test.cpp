#include "host/base/log.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead {

class LogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogTest);
    CPPUNIT_TEST(secretsAreRedactedWhereverTheyStand);
    CPPUNIT_TEST(ordinaryTextIsLeftAlone);
    CPPUNIT_TEST_SUITE_END();

    void secretsAreRedactedWhereverTheyStand() {
        const std::string key = "hskey-auth-abcdefghijkl-" + std::string(64, 'Z');
        CPPUNIT_ASSERT_EQUAL(std::string("--auth-key=hskey-auth-[redacted] up"), log::redact("--auth-key=" + key + " up"));
        CPPUNIT_ASSERT_EQUAL(std::string("Authorization: Bearer [redacted]"), log::redact("Authorization: Bearer abc.def-ghi"));
        CPPUNIT_ASSERT_EQUAL(std::string("nodekey:[redacted],"), log::redact("nodekey:" + std::string(64, 'a') + ","));
    }
    void ordinaryTextIsLeftAlone() {
        CPPUNIT_ASSERT_EQUAL(std::string("code=404 masthead_x Bearer of news"), log::redact("code=404 masthead_x Bearer of news"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogTest);

}  // namespace masthead
