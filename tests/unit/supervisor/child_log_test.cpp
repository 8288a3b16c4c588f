#include "host/supervisor/child_log.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "host/base/file.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::supervisor {

class ChildLogTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChildLogTest);
    CPPUNIT_TEST(linesSurviveTheirProcess);
    CPPUNIT_TEST(ringKeepsTheLastLines);
    CPPUNIT_TEST(filesRotate);
    CPPUNIT_TEST_SUITE_END();

    static LogOptions options(const masthead::testing::TempDir& dir) {
        return LogOptions{log::Level::Error, log::Format::Text, dir.path()};
    }
    static void say(const ChildLog& child, const std::string& text) {
        CPPUNIT_ASSERT_EQUAL(static_cast<ssize_t>(text.size()), ::write(child.standardError(), text.data(), text.size()));
    }

    void linesSurviveTheirProcess() {
        const masthead::testing::TempDir dir;
        const masthead::testing::FakeClock clock;
        EventLoop loop(clock);
        ChildLog child(loop, "edge", options(dir));
        CPPUNIT_ASSERT(child.open().ok());
        say(child, "first\nlast words without an end");
        child.drain();
        child.mark();
        say(child, "of the next\n");
        child.drain();
        CPPUNIT_ASSERT((std::vector<std::string>{"of the next"}) == child.sinceMark(50));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, child.last(50).size());
        const auto file = readFile(dir.file("edge.log"));
        CPPUNIT_ASSERT(file.ok() && file->find("edge: last words without an end\n") != std::string::npos);
    }
    void ringKeepsTheLastLines() {
        const masthead::testing::TempDir dir;
        const masthead::testing::FakeClock clock;
        EventLoop loop(clock);
        ChildLog child(loop, "edge", options(dir));
        CPPUNIT_ASSERT(child.open().ok());
        for (int i = 0; i < 2500; ++i) {
            say(child, std::to_string(i) + "\n");
            if (i % 500 == 499) child.drain();
        }
        const auto lines = child.last(100000);
        CPPUNIT_ASSERT_EQUAL(ChildLog::kRing, lines.size());
        CPPUNIT_ASSERT(lines.front().find("edge: 500") != std::string::npos);
        CPPUNIT_ASSERT(lines.back().find("edge: 2499") != std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, child.last(3).size());
    }
    void filesRotate() {
        const masthead::testing::TempDir dir;
        RotatingFile file(dir.file("x.log"), 100, 3);
        for (int i = 0; i < 40; ++i) file.append("line number " + std::to_string(100 + i));
        CPPUNIT_ASSERT(fileExists(dir.file("x.log.2")));
        CPPUNIT_ASSERT(!fileExists(dir.file("x.log.3")));
        for (const char* name : {"x.log", "x.log.1", "x.log.2"}) CPPUNIT_ASSERT(readFile(dir.file(name))->size() <= 100);
        CPPUNIT_ASSERT(readFile(dir.file("x.log"))->find("line number 139\n") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChildLogTest);

}  // namespace masthead::supervisor
