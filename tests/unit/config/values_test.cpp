#include "host/config/values.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <stdlib.h>

#include <fstream>

#include "host/config/public_url.hpp"
#include "host/config/secret.hpp"
#include "tests/support/temp_dir.hpp"

namespace masthead::config {

class ValuesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ValuesTest);
    CPPUNIT_TEST(readsDurations);
    CPPUNIT_TEST(writesDurationsBackExactly);
    CPPUNIT_TEST(readsListenAddresses);
    CPPUNIT_TEST(takesPublicUrlsApart);
    CPPUNIT_TEST(resolvesSecretsByReferenceOnly);
    CPPUNIT_TEST_SUITE_END();

    void readsDurations() {
        CPPUNIT_ASSERT(parseDuration("250ms") == 250u);
        CPPUNIT_ASSERT(parseDuration("30s") == 30'000u);
        CPPUNIT_ASSERT(parseDuration("5m") == 300'000u);
        CPPUNIT_ASSERT(parseDuration("12h") == 43'200'000u);
        CPPUNIT_ASSERT(parseDuration("2d") == 172'800'000u);
        for (const char* text : {"", "5", "s", "-1s", "1.5s", "5 s", "5S", "5sm", "50d", "99999999999s", "5s "}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseDuration(text));
        }
    }
    void writesDurationsBackExactly() {
        for (const std::uint32_t ms : {0u, 1u, 250u, 1000u, 90'000u, 300'000u, 43'200'000u, 4'294'967'295u}) {
            CPPUNIT_ASSERT(parseDuration(formatDuration(ms)) == ms);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("90s"), formatDuration(90'000));
        CPPUNIT_ASSERT_EQUAL(std::string("24h"), formatDuration(86'400'000));
    }
    void readsListenAddresses() {
        for (const char* text : {"127.0.0.1:8443", "[::1]:0", "0.0.0.0:443"})
            CPPUNIT_ASSERT_EQUAL(std::string(text), formatListen(*parseListen(text)));
        for (const char* text :
             {"", ":443", "localhost:443", "::1:443", "[127.0.0.1]:1", "127.0.0.1", "127.0.0.1:65536", "[::1]", "[]:1"}) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseListen(text).ok());
        }
        CPPUNIT_ASSERT(isLoopback("127.3.2.1") && isLoopback("::1") && !isLoopback("0.0.0.0") && !isLoopback("::") &&
                       !isLoopback("x"));
    }
    void takesPublicUrlsApart() {
        const auto url = parsePublicUrl("https://VPN.example.org:8443/");
        CPPUNIT_ASSERT(url.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("vpn.example.org:8443"), url->authority());
        CPPUNIT_ASSERT_EQUAL(std::string("https://vpn.example.org"), parsePublicUrl("https://vpn.example.org:443")->text());
        CPPUNIT_ASSERT_EQUAL(std::string("[2001:db8::1]"), parsePublicUrl("https://[2001:db8::1]")->authority());
    }
    void resolvesSecretsByReferenceOnly() {
        masthead::testing::TempDir dir;
        std::ofstream(dir.file("s")) << "hush\n";
        CPPUNIT_ASSERT_EQUAL(std::string("hush"), *resolveSecret(*parseSecretReference("file:" + dir.file("s"))));
        ::setenv("MASTHEAD_TEST_SECRET", "quiet", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("quiet"), *resolveSecret(*parseSecretReference("env:MASTHEAD_TEST_SECRET")));
        ::unsetenv("MASTHEAD_TEST_SECRET");
        CPPUNIT_ASSERT(!resolveSecret(*parseSecretReference("env:MASTHEAD_TEST_SECRET")).ok());
        for (const char* text : {"hunter2", "file:relative", "env:", "credential:../x", ""}) {
            const auto reference = parseSecretReference(text);
            CPPUNIT_ASSERT_MESSAGE(text, !reference.ok());
            CPPUNIT_ASSERT(*text == 0 || reference.error().message.find("hunter2") == std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ValuesTest);

}  // namespace masthead::config
