#include "host/base/timestamp.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead {

class TimestampTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TimestampTest);
    CPPUNIT_TEST(formatsAndParsesKnownInstants);
    CPPUNIT_TEST(acceptsOffsetsAndFractions);
    CPPUNIT_TEST(refusesMalformedText);
    CPPUNIT_TEST_SUITE_END();

    void formatsAndParsesKnownInstants() {
        const std::pair<std::int64_t, const char*> cases[] = {{0, "1970-01-01T00:00:00Z"},
                                                              {951782400000, "2000-02-29T00:00:00Z"},
                                                              {-1, "1969-12-31T23:59:59.999Z"},
                                                              {kGoZeroTimeMs, "0001-01-01T00:00:00Z"},
                                                              {253402300799999, "9999-12-31T23:59:59.999Z"}};
        for (const auto& [millis, text] : cases) {
            CPPUNIT_ASSERT_EQUAL(std::string(text), formatTimestamp(millis));
            CPPUNIT_ASSERT(parseTimestamp(text) == millis);
        }
    }
    void acceptsOffsetsAndFractions() {
        CPPUNIT_ASSERT(parseTimestamp("2000-01-01T01:00:00+01:00") == 946684800000);
        CPPUNIT_ASSERT(parseTimestamp("1999-12-31T23:30:00-00:30") == 946684800000);
        CPPUNIT_ASSERT(parseTimestamp("1970-01-01T00:00:00.123456789Z") == 123);
    }
    void refusesMalformedText() {
        for (const char* text : {"", "2000-02-30T00:00:00Z", "2001-02-29T00:00:00Z", "2000-01-01 00:00:00Z", "2000-01-01T00:00:00",
                                 "2000-01-01T24:00:00Z", "2000-01-01T00:00:00.Z", "0000-01-01T00:00:00Z", "2000-13-01T00:00:00Z",
                                 "2000-01-01T00:00:00+25:00", "20000-01-01T00:00:00Z"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseTimestamp(text));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TimestampTest);

}  // namespace masthead
