#include "host/supervisor/arguments.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::supervisor {

class ArgumentsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ArgumentsTest);
    CPPUNIT_TEST(configIsNamedInEveryForm);
    CPPUNIT_TEST(wrongArgumentsAreNamed);
    CPPUNIT_TEST(modes);
    CPPUNIT_TEST_SUITE_END();

    void configIsNamedInEveryForm() {
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/masthead/masthead.yaml"), parseArguments({})->config);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), parseArguments({"--config", "a"})->config);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), parseArguments({"--config=a"})->config);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), parseArguments({"-c", "a"})->config);
    }
    void wrongArgumentsAreNamed() {
        const std::pair<std::vector<std::string>, const char*> cases[] = {{{"--confg"}, "unknown argument '--confg'"},
                                                                          {{"--config"}, "--config needs a file name"},
                                                                          {{"--config="}, "--config needs a file name"},
                                                                          {{"x"}, "unknown argument 'x'"}};
        for (const auto& [arguments, message] : cases) {
            const auto parsed = parseArguments(arguments);
            CPPUNIT_ASSERT(!parsed);
            CPPUNIT_ASSERT_EQUAL(std::string(message), parsed.error().message);
        }
    }
    void modes() {
        CPPUNIT_ASSERT(parseArguments({"--help"})->mode == Arguments::Mode::Help);
        CPPUNIT_ASSERT(parseArguments({"--version"})->mode == Arguments::Mode::Version);
        CPPUNIT_ASSERT(parseArguments({"-c", "a"})->mode == Arguments::Mode::Run);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ArgumentsTest);

}  // namespace masthead::supervisor
