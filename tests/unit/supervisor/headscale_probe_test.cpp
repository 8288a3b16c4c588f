#include "host/supervisor/headscale_probe.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::supervisor {

class HeadscaleProbeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeadscaleProbeTest);
    CPPUNIT_TEST(onlyAPassIsAPass);
    CPPUNIT_TEST(onlyAWholeKeyIsAKey);
    CPPUNIT_TEST(settingsFrameIsRecognised);
    CPPUNIT_TEST(httpAnswersAreReadExactly);
    CPPUNIT_TEST_SUITE_END();

    void onlyAPassIsAPass() {
        CPPUNIT_ASSERT(healthPasses(R"({"status":"pass"})"));
        CPPUNIT_ASSERT(healthPasses("11\r\n{\"status\":\"pass\"}\r\n0\r\n\r\n"));
        for (const char* no : {"", "pass", R"({"status":"fail"})", R"({"status":true})", R"({"status":"pass")", "}{"})
            CPPUNIT_ASSERT(!healthPasses(no));
    }
    void onlyAWholeKeyIsAKey() {
        const std::string key = "mkey:" + std::string(64, 'a');
        CPPUNIT_ASSERT_EQUAL(key, publicKeyIn(R"({"legacyPublicKey":"mkey:00","publicKey":")" + key + "\"}"));
        for (const std::string& bad :
             {key + "a", "mkey:" + std::string(63, 'a'), "mkey:" + std::string(64, 'g'), "xkey:" + std::string(64, 'a')}) {
            CPPUNIT_ASSERT_EQUAL(std::string(), publicKeyIn(R"({"publicKey":")" + bad + "\"}"));
        }
        CPPUNIT_ASSERT_EQUAL(std::string(), publicKeyIn(""));
    }
    void settingsFrameIsRecognised() {
        CPPUNIT_ASSERT(isHttp2Settings(std::string_view("\0\0\x06\x04\0\0\0\0\0\0\0\0\0\0\0", 15)));
        CPPUNIT_ASSERT(!isHttp2Settings(std::string_view("\0\0\x08\x07\0\0\0\0\0", 9)));
        CPPUNIT_ASSERT(!isHttp2Settings("HTTP/1.1 400 Bad Request"));
        CPPUNIT_ASSERT(!isHttp2Settings(std::string_view("\0\0\0\x04", 4)));
    }
    void httpAnswersAreReadExactly() {
        const std::string answer = "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody";
        CPPUNIT_ASSERT(httpComplete(answer));
        CPPUNIT_ASSERT(!httpComplete(answer.substr(0, answer.size() - 1)));
        CPPUNIT_ASSERT(!httpComplete("HTTP/1.1 200 OK\r\n\r\nbody"));
        CPPUNIT_ASSERT_EQUAL(std::string("body"), httpBody(answer).value());
        for (const char* bad : {"HTTP/1.1 500 no\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n", "", "HTTP/1."})
            CPPUNIT_ASSERT(!httpBody(bad));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeadscaleProbeTest);

}  // namespace masthead::supervisor
