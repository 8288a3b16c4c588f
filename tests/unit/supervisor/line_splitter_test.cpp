#include "host/supervisor/line_splitter.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <vector>

namespace masthead::supervisor {

class LineSplitterTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LineSplitterTest);
    CPPUNIT_TEST(linesAreTheSameHoweverTheBytesArrive);
    CPPUNIT_TEST(longLinesAreCutAndNothingIsLost);
    CPPUNIT_TEST(aLineOfExactlyTheLimitIsOneLine);
    CPPUNIT_TEST(flushEndsAnUnfinishedLine);
    CPPUNIT_TEST_SUITE_END();

    static std::vector<std::string> lines(const std::string& text, std::size_t step) {
        std::vector<std::string> out;
        LineSplitter splitter;
        const auto sink = [&](std::string_view line) { out.emplace_back(line); };
        for (std::size_t at = 0; at < text.size(); at += step) splitter.feed(std::string_view(text).substr(at, step), sink);
        splitter.flush(sink);
        return out;
    }

    void linesAreTheSameHoweverTheBytesArrive() {
        const std::vector<std::string> expected{"one", "", "two", "three"};
        for (std::size_t step = 1; step < 20; ++step) CPPUNIT_ASSERT(expected == lines("one\n\ntwo\r\nthree", step));
    }
    void longLinesAreCutAndNothingIsLost() {
        const std::string text = std::string(40000, 'x') + "\nend\n";
        for (const std::size_t step : {std::size_t{1}, std::size_t{1000}, std::size_t{16384}, text.size()}) {
            const auto got = lines(text, step);
            CPPUNIT_ASSERT_EQUAL(std::size_t{4}, got.size());
            CPPUNIT_ASSERT_EQUAL(std::size_t{16384}, got[0].size());
            CPPUNIT_ASSERT_EQUAL(std::size_t{40000}, got[0].size() + got[1].size() + got[2].size());
            CPPUNIT_ASSERT_EQUAL(std::string("end"), got[3]);
        }
    }
    void aLineOfExactlyTheLimitIsOneLine() {
        for (const std::size_t step : {std::size_t{1}, std::size_t{16384}, std::size_t{16390}}) {
            const auto got = lines(std::string(16384, 'x') + "\nb\n", step);
            CPPUNIT_ASSERT_EQUAL(std::size_t{2}, got.size());
        }
    }
    void flushEndsAnUnfinishedLine() { CPPUNIT_ASSERT(std::vector<std::string>{"dying wo"} == lines("dying wo", 3)); }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LineSplitterTest);

}  // namespace masthead::supervisor
