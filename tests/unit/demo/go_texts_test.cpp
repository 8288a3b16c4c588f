// The words of Go's decoders and of headscale's label and prefix checks, as seen from the real server.
#include <cppunit/extensions/HelperMacros.h>

#include "demo/dns_label.hpp"
#include "demo/go_json.hpp"
#include "demo/http_server.hpp"
#include "demo/prefix.hpp"

namespace masthead::demo {

class GoTextsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(GoTextsTest);
    CPPUNIT_TEST(syntaxOfBodies);
    CPPUNIT_TEST(positionsOfMembers);
    CPPUNIT_TEST(numbers);
    CPPUNIT_TEST(labels);
    CPPUNIT_TEST(prefixes);
    CPPUNIT_TEST(prefixOrderAndCover);
    CPPUNIT_TEST(queries);
    CPPUNIT_TEST_SUITE_END();

    void syntaxOfBodies() {
        CPPUNIT_ASSERT_EQUAL(std::string(), checkGoSyntax("{\"a\":[1,-2.5e3,null,true,\"x\\\"\"]}", false).problem);
        CPPUNIT_ASSERT_EQUAL(std::string("invalid character 'n' looking for beginning of object key string"), checkGoSyntax("{not json", false).problem);
        CPPUNIT_ASSERT_EQUAL(std::string("unexpected EOF"), checkGoSyntax("{\"name\":\"a\"", true).problem);
        CPPUNIT_ASSERT_EQUAL(std::string("unexpected end of JSON input"), checkGoSyntax("{\"name\":\"a\"", false).problem);
        CPPUNIT_ASSERT_EQUAL(std::string("invalid character 'o' in literal null (expecting 'u')"), checkGoSyntax("nonsense", true).problem);
        CPPUNIT_ASSERT_EQUAL(std::string("invalid character 'x' after top-level value"), checkGoSyntax("{} x", false).problem);
        CPPUNIT_ASSERT_EQUAL(std::string(), checkGoSyntax("{} x", true).problem);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, checkGoSyntax("{} x", true).end);
    }
    void positionsOfMembers() {
        CPPUNIT_ASSERT_EQUAL(std::string("1:10"), valuePosition("{\"user\": \"alice\"}", "user"));
        CPPUNIT_ASSERT_EQUAL(std::string("2:7"), valuePosition("{\"a\": {\"b\": 1},\n \"b\": 2}", "b"));
    }
    void numbers() {
        CPPUNIT_ASSERT(!parseUintProblem("18446744073709551615"));
        CPPUNIT_ASSERT_EQUAL(std::string("strconv.ParseUint: parsing \"abc\": invalid syntax"), *parseUintProblem("abc"));
        CPPUNIT_ASSERT_EQUAL(std::string("strconv.ParseUint: parsing \"18446744073709551616\": value out of range"), *parseUintProblem("18446744073709551616"));
        CPPUNIT_ASSERT(parseUintProblem("-1"));
    }
    void labels() {
        CPPUNIT_ASSERT_EQUAL(std::string(), labelProblem("UPPER-1"));
        CPPUNIT_ASSERT_EQUAL(std::string("empty DNS label"), labelProblem(""));
        CPPUNIT_ASSERT_EQUAL(std::string("\"Bad Name\" is not a valid DNS label: contains invalid character ' '"), labelProblem("Bad Name"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"-abc\" is not a valid DNS label: must start with a letter or number"), labelProblem("-abc"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"abc-\" is not a valid DNS label: must end with a letter or number"), labelProblem("abc-"));
        CPPUNIT_ASSERT_EQUAL(std::string("\"") + std::string(64, 'x') + "\" is too long, max length is 63 bytes", labelProblem(std::string(64, 'x')));
    }
    void prefixes() {
        const auto why = [](const char* text) { return parsePrefix(text).error().message; };
        CPPUNIT_ASSERT_EQUAL(std::string("netip.ParsePrefix(\"notcidr\"): no '/'"), why("notcidr"));
        CPPUNIT_ASSERT_EQUAL(std::string("netip.ParsePrefix(\"10.0.0.0/33\"): prefix length out of range"), why("10.0.0.0/33"));
        CPPUNIT_ASSERT_EQUAL(std::string("netip.ParsePrefix(\"10.0.0/8\"): ParseAddr(\"10.0.0\"): IPv4 address too short"), why("10.0.0/8"));
        CPPUNIT_ASSERT_EQUAL(std::string("netip.ParsePrefix(\"x/8\"): ParseAddr(\"x\"): unable to parse IP"), why("x/8"));
        CPPUNIT_ASSERT_EQUAL(std::string("10.0.0.1/8"), parsePrefix("10.0.0.1/8")->text());
    }
    void prefixOrderAndCover() {
        CPPUNIT_ASSERT(*parsePrefix("10.2.0.0/16") < *parsePrefix("::/0"));
        CPPUNIT_ASSERT(*parsePrefix("0.0.0.0/0") < *parsePrefix("10.0.0.0/8"));
        CPPUNIT_ASSERT(parsePrefix("10.0.0.0/8")->contains(*parseAddress("10.255.0.1")));
        CPPUNIT_ASSERT(!parsePrefix("0.0.0.0/0")->contains(*parseAddress("::1")));
        CPPUNIT_ASSERT(parsePrefix("10.1.0.0/16")->overlaps(*parsePrefix("10.0.0.0/8")));
        CPPUNIT_ASSERT_EQUAL(std::string("100.64.1.0"), nthAddress(*parsePrefix("100.64.0.0/10"), 256).text());
    }
    void queries() {
        const auto parts = queryParts("a=1%202&b=x+y&c&d=%zz");
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, parts.size());
        CPPUNIT_ASSERT_EQUAL(std::string("1 2"), parts[0].second);
        CPPUNIT_ASSERT_EQUAL(std::string("x y"), parts[1].second);
        CPPUNIT_ASSERT_EQUAL(std::string("%zz"), parts[3].second);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(GoTextsTest);

}  // namespace masthead::demo
