#include "host/headscale/releases/version.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "host/headscale/releases/elf.hpp"
#include "host/headscale/releases/fetch.hpp"
#include "host/headscale/releases/http.hpp"

namespace masthead::headscale::releases {

class VersionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(VersionTest);
    CPPUNIT_TEST(readsWhatHeadscalePrints);
    CPPUNIT_TEST(refusesOtherOutput);
    CPPUNIT_TEST(knowsMinorsAndSupport);
    CPPUNIT_TEST(findsChecksums);
    CPPUNIT_TEST(tellsLoopbackUrls);
    CPPUNIT_TEST(namesWhatIsWrongWithAProgram);
    CPPUNIT_TEST_SUITE_END();

    void readsWhatHeadscalePrints() {
        CPPUNIT_ASSERT_EQUAL(std::string("v0.29.2"), printedVersion("headscale version v0.29.2\ncommit: abc\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("dev"), printedVersion("headscale version dev\ncommit: unknown\n"));
        CPPUNIT_ASSERT_EQUAL(std::string("v0.29.2-dirty"), printedVersion("headscale version v0.29.2-dirty"));
        CPPUNIT_ASSERT_EQUAL(std::string("v0.30.0-beta.1"), printedVersion("v0.30.0-beta.1\r\n"));
    }
    void refusesOtherOutput() {
        for (const char* text :
             {"", "\n", "hello world", "headscale version", "usage: x [y]", "version 1.2; rm -rf", "\nv0.29.2"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string(), printedVersion(text));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), printedVersion("version v0." + std::string(100, '1')));
    }
    void knowsMinorsAndSupport() {
        CPPUNIT_ASSERT(minorNumber("v0.29.2") == 29);
        CPPUNIT_ASSERT(minorNumber("0.30-dev") == 30);
        CPPUNIT_ASSERT(!minorNumber("dev") && !minorNumber("1.29.0") && !minorNumber("0.") && !minorNumber("0.x") &&
                       !minorNumber("0.99999999"));
        CPPUNIT_ASSERT(supported("0.28.0") && supported("v0.30.0-beta.1") && !supported("0.27.1") && !supported("0.31.0") &&
                       !supported("dev"));
        CPPUNIT_ASSERT_EQUAL(std::string("0.29.2"), bareVersion("v0.29.2"));
    }
    void findsChecksums() {
        const std::string a(64, 'a');
        const std::string b(64, 'B');
        const std::string text =
            a + "  headscale_1\r\n" + b + " *headscale_2\nshort  headscale_3\n" + std::string(64, 'z') + "  headscale_4\n";
        CPPUNIT_ASSERT_EQUAL(a, checksumOf(text, "headscale_1"));
        CPPUNIT_ASSERT_EQUAL(std::string(64, 'b'), checksumOf(text, "headscale_2"));
        for (const char* name : {"headscale_3", "headscale_4", "headscale", "headscale_10", ""})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string(), checksumOf(text, name));
    }
    void tellsLoopbackUrls() {
        for (const char* url : {"http://127.0.0.1:1/x", "http://localhost/x", "http://[::1]:8/"})
            CPPUNIT_ASSERT_MESSAGE(url, isLoopbackHttp(url));
        for (const char* url : {"https://127.0.0.1/x", "http://127.0.0.1.example.org/", "http://localhost.example.org/",
                                "http://example.org/127.0.0.1", "http://user@192.0.2.1/", ""}) {
            CPPUNIT_ASSERT_MESSAGE(url, !isLoopbackHttp(url));
        }
    }
    void namesWhatIsWrongWithAProgram() {
        CPPUNIT_ASSERT_EQUAL(std::string(), whyNotRunnable("/proc/self/exe"));
        CPPUNIT_ASSERT_EQUAL(std::string("is not a file"), whyNotRunnable("/"));
        CPPUNIT_ASSERT_EQUAL(std::string("No such file or directory"), whyNotRunnable("/nonexistent/headscale"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(VersionTest);

}  // namespace masthead::headscale::releases
