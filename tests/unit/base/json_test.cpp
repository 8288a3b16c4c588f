#include "host/base/json.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace CppUnit {
template <>
struct assertion_traits<masthead::Code> {
    static bool equal(masthead::Code a, masthead::Code b) { return a == b; }
    static std::string toString(masthead::Code code) { return std::to_string(static_cast<int>(code)); }
};
}  // namespace CppUnit

namespace masthead {

class JsonTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JsonTest);
    CPPUNIT_TEST(acceptedTextsRoundTripThroughBothParsers);
    CPPUNIT_TEST(refusedTextsAreRefusedByBothParsers);
    CPPUNIT_TEST(depthLimitIsExact);
    CPPUNIT_TEST(sizeLimitNamesBothNumbers);
    CPPUNIT_TEST(integersStayExact);
    CPPUNIT_TEST_SUITE_END();

    static std::optional<Json> sdkParse(std::string_view text, Json::Limits limits = kNetworkJson) {
        std::string error;
        return Json::parse(text, error, limits);
    }

    void acceptedTextsRoundTripThroughBothParsers() {
        const char* cases[] = {
            "null", "true", "-0.5", "[]", "{}", R"("a\"\\\n")", R"({"b":1,"a":[1,2.5,{"x":null}]})",
            R"("\u00e9\ud83d\ude00")", "9223372036854775807", "-9223372036854775808", "1e3", "1.8500215323333438245626333333333333333333333333333333",
            "123456789012345678901234567890.5e-20", "-0", "0e5", "\"\xc3\xa9\"",
        };
        for (const char* text : cases) {
            const auto host = parseJson(text);
            CPPUNIT_ASSERT_MESSAGE(text, host.ok());
            const auto sdk = sdkParse(text);
            CPPUNIT_ASSERT_MESSAGE(text, sdk.has_value());
            CPPUNIT_ASSERT_MESSAGE(text, *host == *sdk);
            const auto again = parseJson(host->dump());
            CPPUNIT_ASSERT_MESSAGE(text, again.ok() && *again == *host);
        }
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"b":1,"a":2})"), parseJson(R"({"b":1, "a":2})")->dump());
    }

    void refusedTextsAreRefusedByBothParsers() {
        const std::string cases[] = {
            "", "{", "[1,]", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "nul", "01", "+1", "1.", ".5", "1e", "NaN", "Infinity",
            "\"\x01\"", "\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\\ud800\"", "\"\\udc00x\"", "\"\\x\"", "1 2",
            "'a'", "{a:1}", "[1 2]", "/*c*/1", std::string("\"a\0b\"", 5), "1e400", std::string("[]\0x", 4), "\xef\xbb\xbf[]", "\xbf\x31 ",
        };
        for (const auto& text : cases) {
            CPPUNIT_ASSERT_MESSAGE(text, !parseJson(text).ok());
            CPPUNIT_ASSERT_MESSAGE(text, !sdkParse(text).has_value());
        }
    }

    void depthLimitIsExact() {
        const std::string inside = std::string(32, '[') + std::string(32, ']');
        const std::string beyond = std::string(33, '[') + std::string(33, ']');
        CPPUNIT_ASSERT(parseJson(inside).ok());
        CPPUNIT_ASSERT(sdkParse(inside).has_value());
        CPPUNIT_ASSERT(!parseJson(beyond).ok());
        CPPUNIT_ASSERT(!sdkParse(beyond).has_value());
    }

    void sizeLimitNamesBothNumbers() {
        const auto refused = parseJson("[1,2,3]", {8, 4});
        CPPUNIT_ASSERT(!refused.ok());
        CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted, refused.error().code);
        CPPUNIT_ASSERT(refused.error().message.find("7 bytes exceeds the limit of 4") != std::string::npos);
    }

    void integersStayExact() {
        const auto parsed = parseJson("[9007199254740993,18446744073709551615]");
        CPPUNIT_ASSERT(parsed.ok());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{9007199254740993}, parsed->items()[0].asInt());
        CPPUNIT_ASSERT(!parsed->items()[1].isInt());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JsonTest);

}  // namespace masthead
