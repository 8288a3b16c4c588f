#include "host/console/plugins/schema.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace masthead;
using namespace masthead::console::plugins;

namespace {

Json json(const char* text) {
    std::string error;
    auto parsed = Json::parse(text, error);
    CPPUNIT_ASSERT_MESSAGE(error, parsed.has_value());
    return *parsed;
}

const char* const kSchema = R"({"type":"object","required":["name"],"properties":{
    "name":{"type":"string","description":"n","minLength":2,"maxLength":4},
    "size":{"type":"integer","description":"s","minimum":1,"maximum":9,"default":3},
    "mode":{"type":"string","description":"m","enum":["a","b"]},
    "user":{"type":["string","null"],"description":"u"},
    "tags":{"type":"array","description":"t","maxItems":2,"items":{"type":"string"}},
    "deep":{"type":"object","description":"d","properties":{"on":{"type":"boolean","description":"o","default":true}}}}})";

class SchemaTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SchemaTest);
    CPPUNIT_TEST(valuesThatFit);
    CPPUNIT_TEST(faultsNamePathAndReason);
    CPPUNIT_TEST(longTextsAreCutBetweenCharacters);
    CPPUNIT_TEST(faultsAreBounded);
    CPPUNIT_TEST(defaultsAreFilledIn);
    CPPUNIT_TEST(badSchemas);
    CPPUNIT_TEST_SUITE_END();

public:
    void valuesThatFit() {
        for (const char* text :
             {R"({"name":"ab"})", R"({"name":"äöüß","size":9,"mode":"b","user":null,"tags":["x","y"],"deep":{"on":false}})"}) {
            const auto faults = checkValue(json(kSchema), json(text));
            CPPUNIT_ASSERT_MESSAGE(faults.empty() ? "" : faults[0].path + " " + faults[0].reason, faults.empty());
        }
    }

    void faultsNamePathAndReason() {
        const struct {
            const char *value, *path, *reason;
        } cases[] = {
            {"7", "", "is 7, expected an object"},
            {"{}", "/name", "is missing"},
            {R"({"name":"abcde"})", "/name", "has more than 4 characters"},
            {R"({"name":"a"})", "/name", "has fewer than 2 characters"},
            {R"({"name":5})", "/name", "is 5, expected a text"},
            {R"({"name":"ab","size":0})", "/size", "is less than 1"},
            {R"({"name":"ab","size":2.5})", "/size", "is 2.5, expected a whole number"},
            {R"({"name":"ab","mode":"c"})", "/mode", "is \"c\", expected one of [\"a\",\"b\"]"},
            {R"({"name":"ab","user":1})", "/user", "is 1, expected a text or null"},
            {R"({"name":"ab","tags":["x",2]})", "/tags/1", "is 2, expected a text"},
            {R"({"name":"ab","tags":["x","y","z"]})", "/tags", "has more than 2 items"},
            {R"({"name":"ab","other":1})", "/other", "is not a known member"},
            {R"({"name":"ab","deep":{"on":"yes"}})", "/deep/on", "is \"yes\", expected true or false"},
        };
        for (const auto& item : cases) {
            const auto faults = checkValue(json(kSchema), json(item.value));
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.value, std::size_t{1}, faults.size());
            CPPUNIT_ASSERT_EQUAL(std::string(item.path), faults[0].path);
            CPPUNIT_ASSERT_EQUAL(std::string(item.reason), faults[0].reason);
        }
    }

    void longTextsAreCutBetweenCharacters() {
        std::string wide = "x";
        for (int i = 0; i < 100; ++i) wide += "\xe4\xb8\xad";
        const auto faults = checkValue(json(kSchema), Json::object({{"name", "ab"}, {"size", wide}}));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, faults.size());
        CPPUNIT_ASSERT_MESSAGE(faults[0].reason, detail::validUtf8(faults[0].reason));
    }

    void faultsAreBounded() {
        Json value = Json::object({{"name", "ab"}});
        for (int i = 0; i < 100; ++i) value.set("x" + std::to_string(i), i);
        CPPUNIT_ASSERT_EQUAL(std::size_t{16}, checkValue(json(kSchema), value).size());
    }

    void defaultsAreFilledIn() {
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"name":"ab","size":3,"deep":{"on":true}})"),
                             withDefaults(json(kSchema), json(R"({"name":"ab"})")).dump());
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"size":5,"deep":{"on":false}})"),
                             withDefaults(json(kSchema), json(R"({"size":5,"deep":{"on":false}})")).dump());
    }

    void badSchemas() {
        CPPUNIT_ASSERT_EQUAL(std::string(), checkSchema(json(kSchema), ""));
        CPPUNIT_ASSERT_EQUAL(std::string("/c/type is missing"), checkSchema(json("{}"), "/c"));
        CPPUNIT_ASSERT_EQUAL(std::string("/c/properties/a/description is missing"),
                             checkSchema(json(R"({"type":"object","properties":{"a":{"type":"string"}}})"), "/c"));
        CPPUNIT_ASSERT_EQUAL(std::string("/c/items/type is \"text\", expected a JSON type"),
                             checkSchema(json(R"({"type":"array","items":{"type":"text"}})"), "/c"));
        CPPUNIT_ASSERT_EQUAL(std::string("/c/allOf is not a keyword of the supported subset of JSON Schema"),
                             checkSchema(json(R"({"type":"object","allOf":[]})"), "/c"));
        CPPUNIT_ASSERT_MESSAGE("what is not enforced is not accepted", !checkSchema(json(R"({"type":"string","pattern":"^a$"})"), "/c").empty());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SchemaTest);

}  // namespace
