#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "host/base/file.hpp"
#include "host/config/load.hpp"
#include "host/config/schema.hpp"

namespace masthead::config {

class ReferenceTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ReferenceTest);
    CPPUNIT_TEST(operationsPageHoldsTheCurrentReference);
    CPPUNIT_TEST(keysAreUniqueAndNoKeyIsASection);
    CPPUNIT_TEST(suggestsOnlyCloseNames);
    CPPUNIT_TEST(exampleFileLoads);
    CPPUNIT_TEST_SUITE_END();

    static std::string source(const std::string& path) {
        auto text = readFile(std::string(MH_SOURCE_DIR) + "/" + path);
        CPPUNIT_ASSERT_MESSAGE(path, text.ok());
        return *text;
    }

    void operationsPageHoldsTheCurrentReference() {
        const std::string page = source("docs/operations.md");
        CPPUNIT_ASSERT_MESSAGE(
            "docs/operations.md is behind the schema: put the output of `masthead check-config --reference` there",
            page.find(referenceMarkdown()) != std::string::npos);
    }
    void keysAreUniqueAndNoKeyIsASection() {
        std::set<std::string> seen;
        for (const auto& key : schema()) {
            CPPUNIT_ASSERT_MESSAGE(key.path, seen.insert(key.path).second);
            CPPUNIT_ASSERT_MESSAGE(key.path, !isSection(key.path));
            CPPUNIT_ASSERT_MESSAGE(key.path, findKey(key.path) == &key);
        }
        CPPUNIT_ASSERT(isSection("server.tls"));
        CPPUNIT_ASSERT(!isSection("server.t"));
    }
    void suggestsOnlyCloseNames() {
        const auto names = namesBelow("");
        CPPUNIT_ASSERT_EQUAL(std::string("headscale"), didYouMean("headscal", names));
        CPPUNIT_ASSERT_EQUAL(std::string("public_url"), didYouMean("Public_URL", names));
        CPPUNIT_ASSERT_EQUAL(std::string(), didYouMean("certificates", names));
    }
    void exampleFileLoads() {
        const auto example = parseConfig(source("packaging/masthead.yaml"), "/etc/masthead/masthead.yaml");
        CPPUNIT_ASSERT_MESSAGE(example.ok() ? "" : example.error().message, example.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("https://vpn.example.org"), example->public_url);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ReferenceTest);

}  // namespace masthead::config
