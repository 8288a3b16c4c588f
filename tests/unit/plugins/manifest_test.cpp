#include "host/console/plugins/manifest.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace masthead;
using namespace masthead::console::plugins;

namespace {

Json valid() {
    std::string error;
    return *Json::parse(R"({
        "id": "things", "version": "1.2.3", "title": "Things", "sdk": "1.0", "needs": ["masthead.http/1"],
        "permissions": [{"id": "things.read", "title": "See", "description": "See things", "risk": "low", "suggested_roles": ["operator"]}],
        "routes": [{"name": "things.list", "method": "GET", "path": "/things/{id}", "permission": "things.read", "summary": "One thing",
                    "limits": {"body": "64KiB", "deadline": "10s"}, "response": {"$ref": "#/schemas/Thing"}}],
        "pages": [{"id": "things", "path": "/things", "title": "Things", "section": "network", "element": "things-page", "module": "things.js", "permission": "things.read"}],
        "jobs": [{"id": "sweep", "title": "Sweep", "every": "5m", "timeout": "30s", "on_start": true}],
        "events": [{"type": "things.changed", "permission": "things.read"}], "subscribes": ["tailnet.nodes"],
        "secrets": [{"name": "token", "description": "The token"}],
        "schemas": {"Thing": {"type": "object", "properties": {"name": {"type": "string", "description": "Its name"}}}}})",
                        error);
}

Json with(const std::function<void(Json&)>& change) {
    Json out = valid();
    change(out);
    return out;
}

/// The first item of a list of `document`, changed.
Json withItem(const char* list, const char* member, Json value) {
    return with([&](Json& document) {
        Json items = document[list];
        Json item = items.items()[0];
        item.set(member, std::move(value));
        Json changed = Json::array();
        changed.push(std::move(item));
        document.set(list, std::move(changed));
    });
}

Json doubled(const char* list) {
    return with([&](Json& document) {
        Json items = document[list];
        items.push(items.items()[0]);
        document.set(list, std::move(items));
    });
}

class ManifestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ManifestTest);
    CPPUNIT_TEST(everythingIsRead);
    CPPUNIT_TEST(eachMistakeHasItsMessage);
    CPPUNIT_TEST(notJsonIsNamed);
    CPPUNIT_TEST(idsOfPlugins);
    CPPUNIT_TEST_SUITE_END();

public:
    void everythingIsRead() {
        const auto manifest = parseManifest(valid().dump());
        CPPUNIT_ASSERT_MESSAGE(manifest ? "" : manifest.error().message, manifest.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("things"), manifest->id);
        CPPUNIT_ASSERT_EQUAL(1u, manifest->sdk_major);
        const auto& route = manifest->routes.at(0);
        CPPUNIT_ASSERT_EQUAL(std::size_t{65536}, route.body_limit);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10000}, route.deadline_ms);
        CPPUNIT_ASSERT(route.read_only);
        CPPUNIT_ASSERT_EQUAL(std::string("object"), route.response.text("type"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{300000}, manifest->jobs.at(0).every_ms);
        CPPUNIT_ASSERT(manifest->needsService("masthead.http/1"));
        CPPUNIT_ASSERT(!manifest->needsService("masthead.http/10"));
        CPPUNIT_ASSERT_EQUAL(std::string("operator"), manifest->permissions.at(0).suggested_roles.at(0));
    }

    void eachMistakeHasItsMessage() {
        struct Case {
            Json document;
            const char* message;
        };
        const Case cases[] = {
            {with([](Json& d) { d.erase("id"); }), "/id is missing"},
            {with([](Json& d) { d.set("id", "Bad Id"); }), "/id is \"Bad Id\", expected 2 to 32"},
            {with([](Json& d) { d.set("version", "1.2"); }), "/version is \"1.2\", expected a version such as 1.0.0"},
            {with([](Json& d) { d.set("sdk", "one"); }), "/sdk is \"one\""},
            {with([](Json& d) { d.set("surprise", 1); }), "/surprise is not a known member"},
            {with([](Json& d) { d.set("routes", "none"); }), "/routes is \"none\", expected a list of objects"},
            {with([](Json& d) { d.set("needs", Json::array({Json(1)})); }), "/needs/0 is 1, expected a text"},
            {withItem("permissions", "id", "other.read"), "/permissions/0/id is \"other.read\", expected \"things.\""},
            {withItem("permissions", "risk", "tiny"), "/permissions/0/risk is \"tiny\""},
            {withItem("permissions", "suggested_roles", Json::array({Json("root")})), "unknown role \"root\""},
            {doubled("permissions"), "\"things.read\" is declared twice"},
            {withItem("routes", "permission", "things.write"), "/routes/0/permission is \"things.write\", which is not declared"},
            {withItem("routes", "permission", Json()), "/routes/0/permission is null, expected a text"},
            {withItem("routes", "method", "get"), "/routes/0/method is \"get\""},
            {withItem("routes", "path", "/a/../b"), "/routes/0/path is \"/a/../b\""},
            {withItem("routes", "path", "no-slash"), "/routes/0/path is \"no-slash\""},
            {withItem("routes", "path", "/a/"), "/routes/0/path is \"/a/\""},
            {withItem("routes", "path", "/{}"), "/routes/0/path is \"/{}\""},
            {withItem("routes", "summary", ""), "/routes/0/summary is empty"},
            {withItem("routes", "flags", Json::array({Json("fast")})), "/routes/0/flags has \"fast\""},
            {withItem("routes", "flags", Json::array({Json("destructive")})), "\"destructive\" on a GET route"},
            {withItem("routes", "limits", Json::object({{"deadline", "1 day"}})), "/routes/0/limits/deadline is \"1 day\""},
            {withItem("routes", "limits", Json::object({{"deadline", "1h"}})), "is longer than 5 minutes"},
            {withItem("routes", "limits", Json::object({{"body", "1GiB"}})), "/routes/0/limits/body is \"1GiB\""},
            {withItem("routes", "response", Json::object({{"$ref", "#/schemas/Other"}})), "refers to \"#/schemas/Other\""},
            {withItem("routes", "request", Json::object({{"type", "thing"}})), "/routes/0/request/type is \"thing\""},
            {withItem("routes", "outside", true), "but a path outside of the console is masthead:public"},
            {doubled("routes"), "\"things.list\" is declared twice"},
            {withItem("pages", "element", "other-page"), "/pages/0/element is \"other-page\""},
            {withItem("pages", "module", "../secret.js"), "/pages/0/module is \"../secret.js\""},
            {withItem("pages", "permission", "things.write"), "/pages/0/permission is \"things.write\""},
            {withItem("jobs", "every", "10ms"), "/jobs/0/every is shorter than one second"},
            {withItem("events", "type", "tailnet.nodes"), "/events/0/type is \"tailnet.nodes\""},
            {withItem("events", "permission", "masthead:public"), "/events/0/permission is \"masthead:public\""},
            {withItem("secrets", "description", 7), "/secrets/0/description is 7"},
            {with([](Json& d) {
                 d.set("config", Json::object({{"type", "object"}, {"oneOf", Json::array()}}));
             }),
             "/config/oneOf is not a keyword"},
        };
        for (const auto& item : cases) {
            const auto manifest = parseManifest(item.document.dump());
            CPPUNIT_ASSERT_MESSAGE(item.message, !manifest.ok());
            CPPUNIT_ASSERT_MESSAGE(manifest.error().message + " does not say: " + item.message,
                                   manifest.error().message.find(item.message) != std::string::npos);
        }
    }

    void notJsonIsNamed() {
        for (const char* text : {"", "{", "[]", "{\"id\":\"a\",\"id\":\"b\"}"}) {
            const auto manifest = parseManifest(text);
            CPPUNIT_ASSERT(!manifest.ok());
            CPPUNIT_ASSERT(manifest.error().message.rfind("plugin.json", 0) == 0);
        }
    }

    void idsOfPlugins() {
        for (const char* good : {"ab", "nodes", "okta-source", "x2"}) CPPUNIT_ASSERT(validPluginId(good));
        for (const char* bad :
             {"", "a", "A2", "2a", "a_b", "-ab", "ab-", "a--b", "../x", "a/b", "abcdefghijklmnopqrstuvwxyzabcdefg"})
            CPPUNIT_ASSERT(!validPluginId(bad));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ManifestTest);

}  // namespace
