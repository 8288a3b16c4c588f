#include "host/supervisor/prepare.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::supervisor {

class PrepareTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PrepareTest);
    CPPUNIT_TEST(itsOwnWordsWin);
    CPPUNIT_TEST(withoutWordsTheLogDecides);
    CPPUNIT_TEST(progressIsToldFromLogLines);
    CPPUNIT_TEST_SUITE_END();

    void itsOwnWordsWin() {
        const Reason reason =
            prepareFailure("{\"class\":\"binary-missing\",\"message\":\"no headscale\",\"remedy\":\"fetch one\"}\n",
                           ExitInfo{false, 1}, {"permission denied"});
        CPPUNIT_ASSERT_EQUAL(std::string("binary-missing"), reason.failure_class);
        CPPUNIT_ASSERT_EQUAL(std::string("no headscale; fetch one"), reason.message);
        const Reason sentences =
            prepareFailure(R"({"class":"x","message":"It is wrong.","remedy":"Change it."})", ExitInfo{false, 1}, {});
        CPPUNIT_ASSERT_EQUAL(std::string("It is wrong. Change it."), sentences.message);
    }
    void withoutWordsTheLogDecides() {
        CPPUNIT_ASSERT_EQUAL(std::string("permission"),
                             prepareFailure("", ExitInfo{false, 1}, {"open x: permission denied"}).failure_class);
        const Reason crash = prepareFailure("half a {", ExitInfo{true, 11}, {"last words"});
        CPPUNIT_ASSERT_EQUAL(std::string(), crash.failure_class);
        CPPUNIT_ASSERT_EQUAL(std::string("masthead prepare ended with signal 11 (Segmentation fault): last words"),
                             crash.message);
    }
    void progressIsToldFromLogLines() {
        const auto progress = progressIn(R"({"progress":{"what":"headscale 0.29.2","done":5,"total":10}})");
        CPPUNIT_ASSERT(progress.has_value());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, (*progress)["done"].asInt());
        for (const char* no : {"", "{", "progress", R"({"message":"x"})", R"({"progress":1})"}) CPPUNIT_ASSERT(!progressIn(no));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PrepareTest);

}  // namespace masthead::supervisor
