#include "host/cli/arguments.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <stdlib.h>

#include <set>

#include "host/cli/commands.hpp"
#include "host/cli/help.hpp"

namespace masthead::cli {

class ArgumentsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ArgumentsTest);
    CPPUNIT_TEST(takesOptionsAnywhere);
    CPPUNIT_TEST(findsTheConfiguration);
    CPPUNIT_TEST(refusesWhatItDoesNotKnow);
    CPPUNIT_TEST(helpNamesEveryCommand);
    CPPUNIT_TEST(wrongUsageIsTwo);
    CPPUNIT_TEST_SUITE_END();

    const OptionNames names_{{"--lines"}, {"--json"}};

    void takesOptionsAnywhere() {
        const auto a = parseArguments({"console", "--lines", "5", "--json", "--", "--lines"}, names_);
        CPPUNIT_ASSERT(a.ok());
        CPPUNIT_ASSERT(a->rest == (std::vector<std::string>{"console", "--lines"}));
        CPPUNIT_ASSERT_EQUAL(std::string("5"), a->option("--lines"));
        CPPUNIT_ASSERT(a->has("--json"));
        CPPUNIT_ASSERT_EQUAL(std::string("a=b"), parseArguments({"--lines=a=b"}, names_)->option("--lines"));
        CPPUNIT_ASSERT_EQUAL(std::string(), a->option("--other"));
    }
    void wrongUsageIsTwo() {
        const std::vector<std::string> calls[] = {{},          {"nonsense"}, {"restart"}, {"restart", "a", "b"}, {"logs"}, {"logs", "edge", "--lines", "0"},
                                                  {"headscale"}, {"headscale", "steal"}, {"headscale", "use", "--nonsense"}};
        for (const auto& words : calls) CPPUNIT_ASSERT_EQUAL(2, dispatch(words));
    }
    void findsTheConfiguration() {
        ::unsetenv("MASTHEAD_CONFIG");
        CPPUNIT_ASSERT_EQUAL(std::string("/etc/masthead/masthead.yaml"), parseArguments({}, names_)->config);
        ::setenv("MASTHEAD_CONFIG", "/env.yaml", 1);
        CPPUNIT_ASSERT_EQUAL(std::string("/env.yaml"), parseArguments({}, names_)->config);
        for (const auto& words : {std::vector<std::string>{"--config", "/x"}, {"-c", "/x"}, {"--config=/x"}})
            CPPUNIT_ASSERT_EQUAL(std::string("/x"), parseArguments(words, names_)->config);
        ::unsetenv("MASTHEAD_CONFIG");
    }
    void refusesWhatItDoesNotKnow() {
        const std::pair<std::vector<std::string>, std::string> cases[] = {{{"--linez", "5"}, "unknown option --linez"},
                                                                          {{"--lines"}, "--lines needs a value"},
                                                                          {{"--config"}, "--config needs a value"},
                                                                          {{"--json=1"}, "--json takes no value"}};
        for (const auto& [words, message] : cases) {
            const auto a = parseArguments(words, names_);
            CPPUNIT_ASSERT(!a.ok());
            CPPUNIT_ASSERT_EQUAL(message, a.error().message);
        }
    }
    void helpNamesEveryCommand() {
        std::set<std::string> seen;
        for (const auto& command : commands()) {
            CPPUNIT_ASSERT_MESSAGE(command.name, seen.insert(command.name).second);
            CPPUNIT_ASSERT_MESSAGE(command.name, helpText().find("  " + command.name) != std::string::npos);
            CPPUNIT_ASSERT_MESSAGE(command.name, helpText(command.name).find("usage: masthead " + command.name) == 0);
        }
        for (const char* name : {"serve", "prepare", "status", "restart", "logs", "check-config", "headscale", "doctor"})
            CPPUNIT_ASSERT_MESSAGE(name, seen.count(name) == 1);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ArgumentsTest);

}  // namespace masthead::cli
