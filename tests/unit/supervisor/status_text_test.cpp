#include "host/supervisor/status_text.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::supervisor {

class StatusTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(StatusTextTest);
    CPPUNIT_TEST(treeShowsEveryFact);
    CPPUNIT_TEST(durations);
    CPPUNIT_TEST(foreignTextCannotMoveTheCursor);
    CPPUNIT_TEST_SUITE_END();

    void treeShowsEveryFact() {
        const auto status = parseJson(R"({"ok":true,"pid":10,"version":"0.1.0","uptime_ms":65000,"children":[
            {"name":"headscale","state":"failed","pid":null,"uptime_ms":null,"restarts":2,
             "last_exit":{"cause":"exit","code":1,"at":"2026-01-02T03:04:05Z","uptime_ms":1200,"expected":false},
             "reason":{"class":"port-in-use","message":"8080 is taken"},"details":{"version":"0.29.2"}},
            {"name":"edge","state":"ready","pid":12,"uptime_ms":3700000,"restarts":1,
             "last_exit":{"cause":"signal","signal":9,"at":"2026-01-02T03:04:05Z","uptime_ms":90,"expected":true},"reason":null,"details":{}}]})");
        CPPUNIT_ASSERT(status.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("masthead 0.1.0  pid 10  up 1 min 5 s\n"
                                         "|-- headscale  failed      restarts 2\n"
                                         "|   port-in-use: 8080 is taken\n"
                                         "|   version: 0.29.2\n"
                                         "|   last exit: exit code 1 at 2026-01-02T03:04:05Z after 1 s\n"
                                         "`-- edge       ready       pid 12  up 1 h 1 min  restarts 1\n"
                                         "    last exit: signal 9 (asked for) at 2026-01-02T03:04:05Z after 90 ms\n"),
                             statusText(*status));
    }
    void durations() {
        const std::pair<std::int64_t, const char*> cases[] = {{0, "0 ms"},          {999, "999 ms"},      {1000, "1 s"},
                                                              {59999, "59 s"},      {60000, "1 min 0 s"}, {3600000, "1 h 0 min"},
                                                              {90000000, "1 d 1 h"}};
        for (const auto& [ms, text] : cases) CPPUNIT_ASSERT_EQUAL(std::string(text), durationText(ms));
    }
    void foreignTextCannotMoveTheCursor() {
        Json child = Json::object(
            {{"name", "edge\x1b[2J"}, {"state", "ready"}, {"reason", Json::object({{"class", "x"}, {"message", "a\nb\r"}})}});
        const std::string text = statusText(Json::object({{"children", Json::array({child})}}));
        CPPUNIT_ASSERT(text.find('\x1b') == std::string::npos);
        CPPUNIT_ASSERT(text.find("x: a b ") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StatusTextTest);

}  // namespace masthead::supervisor
