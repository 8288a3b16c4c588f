#include "host/supervisor/failure_class.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::supervisor {

class FailureClassTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FailureClassTest);
    CPPUNIT_TEST(realMessagesHaveTheirClass);
    CPPUNIT_TEST(ordinaryEndsHaveNone);
    CPPUNIT_TEST(exitCodesOfTheExecStep);
    CPPUNIT_TEST(portsAreFoundInMessages);
    CPPUNIT_TEST_SUITE_END();

    void realMessagesHaveTheirClass() {
        const std::pair<const char*, const char*> cases[] = {
            {"Fatal config error: server_url must start with https:// or http://", "config-invalid"},
            {"error loading config file bad.yaml error=\"fatal error reading config file: While parsing config: yaml: line 1\"",
             "config-invalid"},
            {"Error: binding HTTP: listen tcp 127.0.0.1:8080: bind: address already in use", "port-in-use"},
            {"Error: initializing: database disk image is malformed (11)", "db-corrupt"},
            {"Error: initializing: opening database: file is not a database (26)", "db-corrupt"},
            {"Error: initializing: creating new headscale: init state: initializing database: validating schema: invalid schema "
             "(-got, +want):",
             "db-corrupt"},
            {"Error: initializing: version check: version downgrade not supported: 0.30 to 0.29", "db-newer-than-binary"},
            {"Error: initializing: version check: version upgrade not supported: 0.26 to 0.29", "db-too-old"},
            {"Error: open /var/lib/x/noise.key: permission denied", "permission"},
            {"fatal error: runtime: out of memory", "oom"},
        };
        for (const auto& [line, expected] : cases) {
            const auto reason = classifyFailure("headscale", ExitInfo{false, 1}, {"2026 starting", line, "exiting"});
            CPPUNIT_ASSERT_MESSAGE(line, reason.has_value());
            CPPUNIT_ASSERT_EQUAL(std::string(expected), reason->failure_class);
            CPPUNIT_ASSERT_MESSAGE(reason->message, reason->message.find(line) != std::string::npos &&
                                                        reason->message.find("; ") != std::string::npos);
        }
    }
    void ordinaryEndsHaveNone() {
        CPPUNIT_ASSERT(!classifyFailure("edge", ExitInfo{false, 1}, {"something else went wrong"}));
        CPPUNIT_ASSERT(!classifyFailure("edge", ExitInfo{true, 9}, {}));
        CPPUNIT_ASSERT(!classifyFailure("edge", ExitInfo{false, 0}, {"client said: permission denied"}));
        CPPUNIT_ASSERT(!classifyFailure("console", ExitInfo{true, 11}, {"plugin x refused: permission denied"}));
        CPPUNIT_ASSERT(classifyFailure("console", ExitInfo{true, 6}, {"terminate called: std::bad_alloc"}));
    }
    void exitCodesOfTheExecStep() {
        CPPUNIT_ASSERT_EQUAL(std::string("binary-missing"),
                             classifyFailure("edge", ExitInfo{false, 127}, {"cannot run /x"})->failure_class);
        CPPUNIT_ASSERT_EQUAL(std::string("permission"),
                             classifyFailure("edge", ExitInfo{false, 126}, {"cannot run /x"})->failure_class);
    }
    void portsAreFoundInMessages() {
        CPPUNIT_ASSERT_EQUAL(8080, portInMessage("listen tcp 127.0.0.1:8080: bind: address already in use"));
        CPPUNIT_ASSERT_EQUAL(443, portInMessage("listen tcp [::1]:443: bind: x"));
        for (const char* none : {"", ": bind", "x: bind", "a:99999: bind", "a:b: bind"})
            CPPUNIT_ASSERT_EQUAL(0, portInMessage(none));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FailureClassTest);

}  // namespace masthead::supervisor
