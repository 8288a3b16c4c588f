#include "host/cli/prepare/allowlist_check.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::cli {

class AllowlistCheckTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AllowlistCheckTest);
    CPPUNIT_TEST(aGoodListStaysAsItIs);
    CPPUNIT_TEST(oneStrangeRouteCostsOnlyItself);
    CPPUNIT_TEST(aWrongHostIsAnError);
    CPPUNIT_TEST_SUITE_END();

    static Json route(const char* method, const char* path) {
        return Json::object({{"methods", Json::array({method})}, {"path", path}, {"target", "console"}});
    }
    static Json list(const char* host, std::initializer_list<Json> routes) {
        Json all = Json::array();
        for (const auto& one : routes) all.push(one);
        return Json::object(
            {{"version", 1}, {"hosts", Json::array({host})}, {"root", Json::object({{"status", 404}})}, {"routes", all}});
    }

    void aGoodListStaysAsItIs() {
        std::vector<std::string> warnings;
        const Json good = list("a.example", {route("GET", "/admin/{subpath}")});
        const auto out = acceptableToEdge(good, warnings);
        CPPUNIT_ASSERT(out.ok() && *out == good && warnings.empty());
    }
    void oneStrangeRouteCostsOnlyItself() {
        std::vector<std::string> warnings;
        const auto out = acceptableToEdge(
            list("a.example", {route("GET", "/connect/{token}.txt"), route("get", "/x"), route("GET", "/admin/{subpath}")}),
            warnings);
        CPPUNIT_ASSERT(out.ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, (*out)["routes"].items().size());
        CPPUNIT_ASSERT_EQUAL(std::string("/admin/{subpath}"), (*out)["routes"].items().front().text("path"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, warnings.size());
        CPPUNIT_ASSERT(warnings.front().find("/connect/{token}.txt") != std::string::npos);
    }
    void aWrongHostIsAnError() {
        std::vector<std::string> warnings;
        CPPUNIT_ASSERT(!acceptableToEdge(list("a_b.example", {route("GET", "/x")}), warnings).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AllowlistCheckTest);

}  // namespace masthead::cli
