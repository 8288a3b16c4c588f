#include "host/edge/relay/answers.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "host/base/json.hpp"
#include "host/edge/http1/response.hpp"

namespace masthead::edge::relay {

class AnswersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AnswersTest);
    CPPUNIT_TEST(everyRefusalIsACompleteSafeMessage);
    CPPUNIT_TEST(optionsShow);
    CPPUNIT_TEST(healthAndRedirect);
    CPPUNIT_TEST_SUITE_END();

    struct Message {
        http1::ResponseHead head;
        std::string body;
    };
    static Message take(const std::string& text) {
        const auto end = text.find("\r\n\r\n") + 4;
        auto parsed = http1::parseResponse(std::string_view(text).substr(0, end));
        CPPUNIT_ASSERT_MESSAGE(text, parsed.ok());
        return {*parsed.head, text.substr(end)};
    }
    static std::string value(const Message& message, const char* name) { return std::string(message.head.fields.get(name).value_or("(none)")); }

    void everyRefusalIsACompleteSafeMessage() {
        for (const int status : {400, 404, 405, 408, 411, 413, 414, 415, 417, 421, 426, 429, 431, 502, 503, 504, 505}) {
            for (const bool html : {false, true}) {
                AnswerOptions options;
                options.wants_html = html;
                const auto message = take(refusalAnswer(status, options));
                CPPUNIT_ASSERT_EQUAL(status, message.head.status);
                CPPUNIT_ASSERT_EQUAL(std::to_string(message.body.size()), value(message, "content-length"));
                for (const auto* name : {"strict-transport-security", "content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options", "date"}) {
                    CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::size_t{1}, message.head.fields.count(name));
                }
                CPPUNIT_ASSERT(message.head.reason != "Unknown");
                if (html) {
                    CPPUNIT_ASSERT(message.body.find("<script") == std::string::npos && message.body.find("<style") == std::string::npos);
                } else {
                    CPPUNIT_ASSERT_EQUAL(std::int64_t{status}, (*parseJson(message.body))["status"].asInt());
                }
            }
        }
    }

    void optionsShow() {
        AnswerOptions options;
        options.close = true;
        options.head_only = true;
        options.retry_after_s = 2;
        options.allow = {"GET", "HEAD"};
        const auto message = take(refusalAnswer(405, options));
        CPPUNIT_ASSERT_EQUAL(std::string("close"), value(message, "connection"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), value(message, "retry-after"));
        CPPUNIT_ASSERT_EQUAL(std::string("GET, HEAD"), value(message, "allow"));
        CPPUNIT_ASSERT(message.body.empty() && value(message, "content-length") != "0");
        CPPUNIT_ASSERT_EQUAL(std::string("(none)"), value(take(refusalAnswer(404, {})), "connection"));
    }

    void healthAndRedirect() {
        CPPUNIT_ASSERT_EQUAL(std::string("{\"status\":\"pass\"}\n"), take(healthAnswer(true, {})).body);
        const auto fail = take(healthAnswer(false, {}));
        CPPUNIT_ASSERT_EQUAL(503, fail.head.status);
        CPPUNIT_ASSERT_EQUAL(std::string("{\"status\":\"fail\"}\n"), fail.body);
        const auto moved = take(redirectAnswer("/admin/", {}));
        CPPUNIT_ASSERT_EQUAL(302, moved.head.status);
        CPPUNIT_ASSERT_EQUAL(std::string("/admin/"), value(moved, "location"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AnswersTest);

}  // namespace masthead::edge::relay
