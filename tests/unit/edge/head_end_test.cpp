#include "host/edge/http1/head_end.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace masthead::edge::http1 {

class HeadEndTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeadEndTest);
    CPPUNIT_TEST(findsTheEndHoweverTheBytesCome);
    CPPUNIT_TEST(refusesABareLineFeedAtOnce);
    CPPUNIT_TEST(tellsALongLineFromALongHead);
    CPPUNIT_TEST_SUITE_END();

    void findsTheEndHoweverTheBytesCome() {
        const std::string text = "GET / HTTP/1.1\r\nHost: a\r\n\r\nbody";
        for (std::size_t step = 1; step <= text.size(); ++step) {
            HeadEnd end{HeadLimits()};
            std::size_t size = 0;
            for (std::size_t have = step;; have += step) {
                const auto bytes = std::string_view(text).substr(0, have);
                const auto state = end.look(bytes);
                CPPUNIT_ASSERT(state != HeadEnd::State::Refused);
                if (state == HeadEnd::State::Complete) {
                    size = end.size();
                    break;
                }
                CPPUNIT_ASSERT(bytes.size() < text.size());
            }
            CPPUNIT_ASSERT_EQUAL(text.size() - 4, size);
        }
    }

    void refusesABareLineFeedAtOnce() {
        for (const std::string text : {"GET / HTTP/1.1\n", "\n", "GET / HTTP/1.1\r\nA: b\n"}) {
            HeadEnd end{HeadLimits()};
            CPPUNIT_ASSERT_MESSAGE(text, end.look(text) == HeadEnd::State::Refused);
            CPPUNIT_ASSERT_EQUAL(400, end.refusal().status);
        }
        HeadEnd end{HeadLimits()};
        CPPUNIT_ASSERT(end.look(std::string_view("G\0", 2)) == HeadEnd::State::Refused);
    }

    void tellsALongLineFromALongHead() {
        HeadLimits limits;
        limits.bytes = 64;
        HeadEnd line(limits);
        CPPUNIT_ASSERT(line.look(std::string(63, 'x')) == HeadEnd::State::NeedMore);
        CPPUNIT_ASSERT(line.look(std::string(64, 'x')) == HeadEnd::State::Refused);
        CPPUNIT_ASSERT_EQUAL(414, line.refusal().status);
        HeadEnd head(limits);
        CPPUNIT_ASSERT(head.look("GET / HTTP/1.1\r\n" + std::string(64, 'x')) == HeadEnd::State::Refused);
        CPPUNIT_ASSERT_EQUAL(431, head.refusal().status);
        HeadEnd exact(limits);
        CPPUNIT_ASSERT(exact.look(std::string(60, 'x') + "\r\n\r\n") == HeadEnd::State::Complete);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeadEndTest);

}  // namespace masthead::edge::http1
