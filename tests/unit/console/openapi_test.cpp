// The OpenAPI document: made from the route table alone, every reference resolved, every core schema read.
#include "host/console/api/openapi.hpp"

#include "host/base/text.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::api {

class OpenApiTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OpenApiTest);
    CPPUNIT_TEST(theTablesAreJson);
    CPPUNIT_TEST(aRouteBecomesAnOperation);
    CPPUNIT_TEST(securityFollowsTheRoute);
    CPPUNIT_TEST(pagesAreNotOperations);
    CPPUNIT_TEST(referencesLeadSomewhere);
    CPPUNIT_TEST(operationIdsComeFromThePath);
    CPPUNIT_TEST_SUITE_END();

    static Route route(const char* method, const char* pattern, Permission permission = Permission::named("things.read")) {
        return {method, pattern, std::move(permission), "Summary", [](const Request&) { return Response::noContent(); }};
    }
    static Json documentOf(std::vector<Route> routes) { return openApiDocument(*must(RouteTable::build(std::move(routes))), "https://x.example", "1.2.3"); }

    void theTablesAreJson() {
        for (const char* text : {kPeopleSchemas, kHostSchemas, kAccessSchemas}) must(parseJson(text, kLocalJson));
        CPPUNIT_ASSERT(coreSchemas().has("GET /admin/api/v1/me"));
    }
    void aRouteBecomesAnOperation() {
        Route put = route("PUT", "/admin/api/v1/things/{id}");
        put.schema = Json::object({{"if_match", true}, {"status", 202}, {"request", Json::object({{"type", "object"}})}, {"query", Json::object({{"dry", Json::object({{"type", "boolean"}})}})}});
        put.creates = true;
        put.audit = "thing.change";
        put.more_with = {"things.more"};
        const Json document = documentOf({put});
        CPPUNIT_ASSERT_EQUAL(std::string("3.1.0"), document.text("openapi"));
        const Json& operation = document["paths"]["/admin/api/v1/things/{id}"]["put"];
        CPPUNIT_ASSERT_EQUAL(std::string("things.read"), operation.text("x-masthead-permission"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{4}, operation["parameters"].items().size());
        CPPUNIT_ASSERT(operation["parameters"].items()[0]["required"].asBool());
        CPPUNIT_ASSERT(operation["responses"].has("202") && operation["responses"].has("default"));
        CPPUNIT_ASSERT(operation["requestBody"]["content"].has("application/json"));
        CPPUNIT_ASSERT_EQUAL(std::string("things"), operation["tags"].items()[0].asString());
        CPPUNIT_ASSERT_EQUAL(std::string("thing.change"), operation.text("x-masthead-audit"));
    }
    void securityFollowsTheRoute() {
        Route guarded = route("POST", "/admin/api/v1/guarded");
        guarded.step_up = true;
        const Json paths = documentOf({route("GET", "/admin/api/v1/read"), route("POST", "/admin/api/v1/write"), route("GET", "/admin/api/v1/open", Permission::publicAccess()), guarded})["paths"];
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"session":[]},{"token":[]}])"), paths["/admin/api/v1/read"]["get"]["security"].dump());
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"session":[],"csrf":[]},{"token":[]}])"), paths["/admin/api/v1/write"]["post"]["security"].dump());
        CPPUNIT_ASSERT_EQUAL(std::string("[]"), paths["/admin/api/v1/open"]["get"]["security"].dump());
        CPPUNIT_ASSERT_EQUAL(std::string(R"([{"session":[],"csrf":[]}])"), paths["/admin/api/v1/guarded"]["post"]["security"].dump());
        CPPUNIT_ASSERT(paths["/admin/api/v1/guarded"]["post"]["x-masthead-step-up"].asBool());
    }
    void pagesAreNotOperations() {
        const Json document = documentOf({route("GET", "/admin/{page...}", Permission::publicAccess()), route("GET", "/admin/api/{rest...}", Permission::publicAccess()),
                                          route("GET", "/connect", Permission::publicAccess())});
        CPPUNIT_ASSERT(document["paths"].members().empty());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, document["x-masthead-pages"].items().size());
    }
    static void references(const Json& value, std::set<std::string>& out) {
        if (value["$ref"].isString()) out.insert(value.text("$ref"));
        for (const auto& item : value.items()) references(item, out);
        for (const auto& [name, member] : value.members()) references(member, out);
    }
    void referencesLeadSomewhere() {
        std::vector<Route> routes;
        for (const auto& [name, schema] : coreSchemas().members()) {
            if (name.front() == '#') continue;
            const auto space = name.find(' ');
            routes.push_back(route(name.substr(0, space).c_str(), name.substr(space + 1).c_str()));
        }
        describeCore(routes);
        for (const auto& item : routes) CPPUNIT_ASSERT_MESSAGE(item.pattern, !item.schema.isNull());
        const Json document = documentOf(routes);
        std::set<std::string> all;
        references(document, all);
        for (const auto& reference : all) {
            const Json* at = &document;
            for (const auto part : split(std::string_view(reference).substr(2), '/')) at = &(*at)[part];
            CPPUNIT_ASSERT_MESSAGE(reference, at->isObject());
        }
        std::set<std::string> ids;
        for (const auto& item : routes) CPPUNIT_ASSERT_MESSAGE(item.pattern, ids.insert(operationIdOf(item)).second);
    }
    void operationIdsComeFromThePath() {
        CPPUNIT_ASSERT_EQUAL(std::string("getAdminsById"), operationIdOf(route("GET", "/admin/api/v1/admins/{id}")));
        CPPUNIT_ASSERT_EQUAL(std::string("postMeStepUp"), operationIdOf(route("POST", "/admin/api/v1/me/step-up")));
        CPPUNIT_ASSERT_EQUAL(std::string("getOpenapiJson"), operationIdOf(route("GET", "/admin/api/openapi.json")));
        Route plugin = route("GET", "/admin/api/p/nodes/nodes");
        plugin.owner = "nodes";
        plugin.schema = Json::object({{"operation", "nodes.list"}});
        CPPUNIT_ASSERT_EQUAL(std::string("nodes.list"), operationIdOf(plugin));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpenApiTest);

}  // namespace masthead::console::api
