#include <cppunit/extensions/HelperMacros.h>

#include "pages/html.hpp"
#include "pages/platforms.hpp"
#include "pages/tongue.hpp"

using namespace onboarding::pages;

namespace {

class PagesTextTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PagesTextTest);
    CPPUNIT_TEST(escapesForContentAndAttributes);
    CPPUNIT_TEST(argumentsAreEscapedAndMarkupIsNot);
    CPPUNIT_TEST(argumentsWithBracesStayText);
    CPPUNIT_TEST(sentencesAreEscapedAroundTheirMarks);
    CPPUNIT_TEST(languageFromTheHeader);
    CPPUNIT_TEST(aChoiceWinsAndStaysInLinks);
    CPPUNIT_TEST(platformFromTheBrowser);
    CPPUNIT_TEST(packageManagerFromTheBrowser);
    CPPUNIT_TEST_SUITE_END();

public:
    void escapesForContentAndAttributes() {
        CPPUNIT_ASSERT_EQUAL(std::string("&lt;a href=&quot;x&quot;&gt;&amp;&#39;"), escape("<a href=\"x\">&'"));
        CPPUNIT_ASSERT_EQUAL(std::string("a\n\tb"), escape("a\n\tb"));
        CPPUNIT_ASSERT_EQUAL(std::string("a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"), escape(std::string_view("a\0\x1b\x7f", 4)));
        CPPUNIT_ASSERT_EQUAL(std::string("\xe8\xae\xbe\xe5\xa4\x87"), escape("\xe8\xae\xbe\xe5\xa4\x87"));
    }

    void argumentsAreEscapedAndMarkupIsNot() {
        const Html inner = html("<b>{}</b>", "<i>");
        CPPUNIT_ASSERT_EQUAL(std::string("<p title=\"&quot;\"><b>&lt;i&gt;</b></p>"), html("<p title=\"{}\">{}</p>", "\"", inner).str());
        CPPUNIT_ASSERT_EQUAL(std::string("x"), (html("x") + Html()).str());
    }

    void argumentsWithBracesStayText() {
        CPPUNIT_ASSERT_EQUAL(std::string("{}-b-{"), html("{}-{}-{", "{}", "b").str());
    }

    void sentencesAreEscapedAroundTheirMarks() {
        CPPUNIT_ASSERT_EQUAL(std::string("Tap <b>A &amp; B</b>, <code>x*y</code>, <code>https://a/&quot;</code>"),
                             sentence("Tap *A & B*, `x*y`, `{url}`", "https://a/\"").str());
    }

    void languageFromTheHeader() {
        const std::pair<const char*, bool> kCases[] = {
            {"", false}, {"en-GB,en;q=0.9", false}, {"zh-CN,zh;q=0.9,en;q=0.8", true}, {"de,fr;q=0.5", false}, {"zh-TW", true},
            {"en;q=0.3, zh;q=0.5", true}, {"en,zh", false}, {"zh,en", true}, {"de, zh;q=0.1", true}, {"zh;q=0", false}, {"*;q=;;,,zh", true}};
        for (const auto& [header, chinese] : kCases) CPPUNIT_ASSERT_EQUAL_MESSAGE(header, chinese, prefersChinese(header));
        CPPUNIT_ASSERT(!prefersChinese(std::string(100000, ',') + "zh"));
    }

    void aChoiceWinsAndStaysInLinks() {
        const Tongue guessed("", "zh"), chosen("en", "zh"), nonsense("xx\"", "zh");
        CPPUNIT_ASSERT_EQUAL(std::string("/request"), guessed.link("/request"));
        CPPUNIT_ASSERT_EQUAL(std::string("/request?lang=en"), chosen.link("/request"));
        CPPUNIT_ASSERT_EQUAL(std::string("/connect?platform=ios&lang=en"), guessed.other("/connect?platform=ios"));
        CPPUNIT_ASSERT(nonsense.chinese());
        CPPUNIT_ASSERT_EQUAL(std::string("/request"), nonsense.link("/request"));
    }

    void platformFromTheBrowser() {
        CPPUNIT_ASSERT(choosePlatform("ios", "Windows NT 10.0") == Platform::Ios);
        CPPUNIT_ASSERT(choosePlatform("", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)") == Platform::Windows);
        CPPUNIT_ASSERT(choosePlatform("toaster", "Mozilla/5.0 (Linux; Android 15)") == Platform::Android);
        CPPUNIT_ASSERT(choosePlatform("", "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0)") == Platform::Android);
        CPPUNIT_ASSERT(choosePlatform("", "") == Platform::Linux);
    }

    void packageManagerFromTheBrowser() {
        CPPUNIT_ASSERT(packageManagerOf("Mozilla/5.0 (X11; Fedora; Linux x86_64)") == PackageManager::Dnf);
        CPPUNIT_ASSERT(packageManagerOf("Mozilla/5.0 (X11; Ubuntu; Linux x86_64)") == PackageManager::Apt);
        CPPUNIT_ASSERT(packageManagerOf("Mozilla/5.0 (X11; openSUSE)") == PackageManager::Zypper);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PagesTextTest);

}  // namespace
