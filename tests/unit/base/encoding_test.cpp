#include "host/base/encoding.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead {

class EncodingTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(EncodingTest);
    CPPUNIT_TEST(base64MatchesRfc4648Vectors);
    CPPUNIT_TEST(base64UrlRefusesForeignAndNonCanonicalText);
    CPPUNIT_TEST(hexRoundTripsAndRefusesOddText);
    CPPUNIT_TEST(sha256MatchesFipsVector);
    CPPUNIT_TEST(constantTimeComparison);
    CPPUNIT_TEST_SUITE_END();

    void base64MatchesRfc4648Vectors() {
        const std::pair<const char*, const char*> vectors[] = {{"", ""},          {"f", "Zg=="},         {"fo", "Zm8="},
                                                               {"foo", "Zm9v"},   {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
                                                               {"foobar", "Zm9vYmFy"}};
        for (const auto& [bytes, text] : vectors) CPPUNIT_ASSERT_EQUAL(std::string(text), base64Encode(bytes));
        CPPUNIT_ASSERT_EQUAL(std::string("-_8"), base64UrlEncode("\xfb\xff"));
    }
    void base64UrlRefusesForeignAndNonCanonicalText() {
        CPPUNIT_ASSERT_EQUAL(std::string("\xfb\xff"), *base64UrlDecode("-_8"));
        for (const char* text : {"-_9", "a", "+/8", "Zg==", "Z g"}) CPPUNIT_ASSERT_MESSAGE(text, !base64UrlDecode(text));
    }
    void hexRoundTripsAndRefusesOddText() {
        CPPUNIT_ASSERT_EQUAL(std::string("00ff10"), hexEncode(std::string("\0\xff\x10", 3)));
        CPPUNIT_ASSERT(hexDecode("00fF10") == std::string("\0\xff\x10", 3));
        CPPUNIT_ASSERT(!hexDecode("0"));
        CPPUNIT_ASSERT(!hexDecode("0g"));
    }
    void sha256MatchesFipsVector() {
        CPPUNIT_ASSERT_EQUAL(std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), sha256Hex("abc"));
    }
    void constantTimeComparison() {
        CPPUNIT_ASSERT(equalConstantTime("abc", "abc"));
        CPPUNIT_ASSERT(!equalConstantTime("abc", "abd"));
        CPPUNIT_ASSERT(!equalConstantTime("abc", "ab"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EncodingTest);

}  // namespace masthead
