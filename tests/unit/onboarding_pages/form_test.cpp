#include <cppunit/extensions/HelperMacros.h>

#include "pages/form_data.hpp"

using onboarding::pages::FormData;

namespace {

class FormDataTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FormDataTest);
    CPPUNIT_TEST(decodes);
    CPPUNIT_TEST(theFirstOfANameCounts);
    CPPUNIT_TEST(refusesWhatIsNoForm);
    CPPUNIT_TEST(limits);
    CPPUNIT_TEST_SUITE_END();

public:
    void decodes() {
        const auto form = FormData::parse("device=phone+7%2B&message=a%0D%0Ab&empty=&flag&%64evice2=%E8%AE%BE");
        CPPUNIT_ASSERT(form.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("phone 7+"), form->value("device"));
        CPPUNIT_ASSERT_EQUAL(std::string("a\r\nb"), form->value("message"));
        CPPUNIT_ASSERT_EQUAL(std::string(), form->value("empty"));
        CPPUNIT_ASSERT_EQUAL(std::string(), form->value("flag"));
        CPPUNIT_ASSERT_EQUAL(std::string("\xe8\xae\xbe"), form->value("device2"));
        CPPUNIT_ASSERT_EQUAL(std::string(), form->value("missing"));
        CPPUNIT_ASSERT(FormData::parse("").ok());
        CPPUNIT_ASSERT(FormData::parse("&&&").ok());
    }

    void theFirstOfANameCounts() { CPPUNIT_ASSERT_EQUAL(std::string("1"), FormData::parse("a=1&a=2")->value("a")); }

    void refusesWhatIsNoForm() {
        for (const char* bad : {"a=%", "a=%2", "a=%zz", "a=%2g", "%=1", "a=1&b=%x1"}) CPPUNIT_ASSERT_MESSAGE(bad, !FormData::parse(bad).ok());
        const auto nul = FormData::parse("a=%00b");
        CPPUNIT_ASSERT(nul.ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, nul->value("a").size());
    }

    void limits() {
        CPPUNIT_ASSERT(FormData::parse("a=" + std::string(8190, 'x')).ok());
        CPPUNIT_ASSERT(!FormData::parse("a=" + std::string(8191, 'x')).ok());
        CPPUNIT_ASSERT(!FormData::parse(std::string(65, 'n') + "=1").ok());
        std::string many;
        for (int i = 0; i < 64; ++i) many += "a=1&";
        CPPUNIT_ASSERT(FormData::parse(many).ok());
        CPPUNIT_ASSERT(!FormData::parse(many + "a=1").ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FormDataTest);

}  // namespace
