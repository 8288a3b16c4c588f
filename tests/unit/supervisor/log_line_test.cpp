#include "host/supervisor/log_line.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "host/base/json.hpp"

namespace masthead::supervisor {

class LogLineTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(LogLineTest);
    CPPUNIT_TEST(knownFormsKeepTimeAndLevel);
    CPPUNIT_TEST(secretsAndControlCharactersDoNotPass);
    CPPUNIT_TEST(jsonFormCarriesTheChild);
    CPPUNIT_TEST(ownHealthChecksAreRecognised);
    CPPUNIT_TEST_SUITE_END();

    static std::string text(const char* child, const std::string& raw) {
        return renderLogLine(child, readLogLine(child, raw, 1767323045000), log::Format::Text);
    }

    void knownFormsKeepTimeAndLevel() {
        struct Case {
            const char* child;
            const char* raw;
            const char* shown;
        };
        const Case cases[] = {
            {"headscale",
             R"({"level":"warn","time":"2026-01-02T03:04:05Z","caller":"a.go:1","message":"slow","ms":7,"node":"n1"})",
             "2026-01-02T03:04:05Z warning headscale: slow ms=7 node=n1"},
            {"headscale", R"({"level":"info","time":1767323045,"message":"unix time"})",
             "2026-01-02T03:04:05Z info headscale: unix time"},
            {"headscale", "2026-01-02T03:04:05Z FTL ../cmd/headscale/root.go:49 > error loading config file x error=\"y\"",
             "2026-01-02T03:04:05Z error headscale: error loading config file x error=\"y\""},
            {"headscale", "2026-01-02T03:04:05+01:00 INF a > b", "2026-01-02T02:04:05Z info headscale: a > b"},
            {"console", "2026-01-02T03:04:05.250Z warning console: disk full path=/x",
             "2026-01-02T03:04:05.250Z warning console: disk full path=/x"},
            {"edge", R"({"time":"2026-01-02T03:04:05Z","level":"error","process":"edge","message":"m","code":"3"})",
             "2026-01-02T03:04:05Z error edge: m code=3"},
            {"edge", "terminate called", "2026-01-02T03:04:05Z info edge: terminate called"},
            {"edge", R"({"no message":1})", R"(2026-01-02T03:04:05Z info edge: {"no message":1})"},
        };
        for (const auto& c : cases) CPPUNIT_ASSERT_EQUAL(std::string(c.shown), text(c.child, c.raw));
    }
    void secretsAndControlCharactersDoNotPass() {
        const std::string shown = text("headscale", "key hskey-auth-abcdefghijkl-" + std::string(64, 'Z') + " \x1b[31mred\x07");
        CPPUNIT_ASSERT_EQUAL(std::string("2026-01-02T03:04:05Z info headscale: key hskey-auth-[redacted] ?[31mred?"), shown);
        const std::string quoted = text("headscale", R"({"message":"a\nb","token":"Bearer abcdefghijkl"})");
        CPPUNIT_ASSERT_EQUAL(std::string("2026-01-02T03:04:05Z info headscale: a?b token=Bearer [redacted]"), quoted);
    }
    void jsonFormCarriesTheChild() {
        const auto line = readLogLine("edge", "2026-01-02T03:04:05Z error edge: broken", 0);
        const auto parsed = parseJson(renderLogLine("edge", line, log::Format::JsonLines));
        CPPUNIT_ASSERT(parsed.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("edge"), parsed->text("process"));
        CPPUNIT_ASSERT_EQUAL(std::string("error"), parsed->text("level"));
        CPPUNIT_ASSERT_EQUAL(std::string("broken"), parsed->text("message"));
    }
    void ownHealthChecksAreRecognised() {
        CPPUNIT_ASSERT(
            isHealthCheck(R"({"level":"info","method":"GET","path":"/health","status":200,"message":"http request"})"));
        CPPUNIT_ASSERT(
            isHealthCheck("2026-01-02T03:04:05Z INF http request method=GET path=/health proto=HTTP/1.1 status=200 bytes=18"));
        for (const char* other :
             {R"({"path":"/health","status":500,"message":"http request"})",
              R"({"path":"/key","status":200,"message":"http request"})",
              R"({"path":"/healthy","status":200,"message":"http request"})", "the path=/health  status=200", ""}) {
            CPPUNIT_ASSERT_MESSAGE(other, !isHealthCheck(other));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(LogLineTest);

}  // namespace masthead::supervisor
