// Hygiene of typed text, two-word codes, platforms, user names made of typed text.
#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "text/hygiene.hpp"
#include "text/words.hpp"

using namespace onboarding;

namespace {

class TextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TextTest);
    CPPUNIT_TEST(textIsTrimmedAndCounted);
    CPPUNIT_TEST(controlCharactersAreRefused);
    CPPUNIT_TEST(brokenUtf8IsRefused);
    CPPUNIT_TEST(linesOnlyWhereTheyBelong);
    CPPUNIT_TEST(hiddenMarksBecomeVisible);
    CPPUNIT_TEST(platformsAreTold);
    CPPUNIT_TEST(userNamesAreMadeOfTypedText);
    CPPUNIT_TEST(wordsAreShortFriendlyAndDistinct);
    CPPUNIT_TEST(takenWordsAreDrawnAgain);
    CPPUNIT_TEST_SUITE_END();

    static TextFault fault(std::string_view text, bool lines = false) { return clean(text, 8, false, lines).fault; }

public:
    void textIsTrimmedAndCounted() {
        CPPUNIT_ASSERT_EQUAL(std::string("a b"), clean("  a b ", 8, true).text);
        CPPUNIT_ASSERT(clean("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", 8, true).fault == TextFault::None);
        CPPUNIT_ASSERT(clean("123456789", 8, true).fault == TextFault::TooLong);
        CPPUNIT_ASSERT(clean(std::string(1 << 20, 'a'), 8, true).fault == TextFault::TooLong);
        CPPUNIT_ASSERT(clean("   ", 8, true).fault == TextFault::Required);
        CPPUNIT_ASSERT(clean("", 8, false).fault == TextFault::None);
    }

    void controlCharactersAreRefused() {
        CPPUNIT_ASSERT(fault(std::string_view("a\0b", 3)) == TextFault::Invalid);
        for (const char* text : {"a\x01", "a\x1b[2J", "a\x7f", "a\u0085", "a\nb", "a\tb"}) CPPUNIT_ASSERT(fault(text) == TextFault::Invalid);
    }

    void brokenUtf8IsRefused() {
        for (const char* text : {"\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "a\x80"}) CPPUNIT_ASSERT(fault(text) == TextFault::Invalid);
        CPPUNIT_ASSERT(fault("\U0001F600") == TextFault::None);
    }

    void linesOnlyWhereTheyBelong() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\nb\nc"), clean("a\r\nb\rc\n", 20, false, true).text);
        CPPUNIT_ASSERT(fault(std::string_view("a\0", 2), true) == TextFault::Invalid);
    }

    void hiddenMarksBecomeVisible() {
        CPPUNIT_ASSERT_EQUAL(std::string("a\u2039U+202E\u203ab"), visible("a\u202eb"));
        CPPUNIT_ASSERT_EQUAL(std::string("\u2039U+2066\u203a\u2039U+200B\u203a\u2039U+FEFF\u203a"), visible("\u2066\u200b\ufeff"));
        CPPUNIT_ASSERT_EQUAL(std::string("\u2039U+E0041\u203a"), visible("\U000E0041"));
        // A joiner is part of an emoji and of Persian, never behind a Latin letter.
        CPPUNIT_ASSERT_EQUAL(std::string("\U0001F469\u200d\U0001F4BB"), visible("\U0001F469\u200d\U0001F4BB"));
        CPPUNIT_ASSERT_EQUAL(std::string("a\u2039U+200D\u203ab"), visible("a\u200db"));
        CPPUNIT_ASSERT_EQUAL(std::string("plain \u4f60\u597d"), visible("plain \u4f60\u597d"));
    }

    void platformsAreTold() {
        CPPUNIT_ASSERT_EQUAL(std::string("ios"), platformOf("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)"));
        CPPUNIT_ASSERT_EQUAL(std::string("ios"), platformOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Mobile/15E148"));
        CPPUNIT_ASSERT_EQUAL(std::string("macos"), platformOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15)"));
        CPPUNIT_ASSERT_EQUAL(std::string("android"), platformOf("Mozilla/5.0 (Linux; Android 14)"));
        CPPUNIT_ASSERT_EQUAL(std::string("windows"), platformOf("Mozilla/5.0 (Windows NT 10.0)"));
        CPPUNIT_ASSERT_EQUAL(std::string("linux"), platformOf("Mozilla/5.0 (X11; Linux x86_64)"));
        CPPUNIT_ASSERT_EQUAL(std::string(), platformOf("curl/8"));
    }

    void userNamesAreMadeOfTypedText() {
        CPPUNIT_ASSERT_EQUAL(std::string("ada-lovelace"), slug("Ada Lovelace"));
        CPPUNIT_ASSERT_EQUAL(std::string("ada"), slug("ada@example.org"));
        CPPUNIT_ASSERT_EQUAL(std::string("rm-rf"), slug("; rm -rf /"));
        CPPUNIT_ASSERT_EQUAL(std::string(), slug("\u5f20\u4e09"));
        CPPUNIT_ASSERT_EQUAL(std::string(), slug("7"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{63}, slug(std::string(100, 'x')).size());
    }

    void wordsAreShortFriendlyAndDistinct() {
        CPPUNIT_ASSERT(wordCount() >= 256);
        std::set<std::string> seen;
        for (std::size_t i = 0; i < wordCount(); ++i) {
            const std::string word = wordAt(i);
            CPPUNIT_ASSERT_MESSAGE(word, word.size() >= 3 && word.size() <= 8);
            CPPUNIT_ASSERT_MESSAGE(word, word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(word + " twice", seen.insert(word).second);
        }
    }

    void takenWordsAreDrawnAgain() {
        std::set<std::string> used;
        for (int i = 0; i < 2000; ++i) {
            const auto words = drawWords([&](const std::string& text) { return used.count(text) > 0; });
            CPPUNIT_ASSERT_MESSAGE(words, used.insert(words).second);
        }
        const auto crowded = drawWords([](const std::string&) { return true; });
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, static_cast<std::size_t>(std::count(crowded.begin(), crowded.end(), '-')));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TextTest);

}  // namespace
