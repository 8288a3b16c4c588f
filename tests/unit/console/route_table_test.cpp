#include "host/console/http/route_table.hpp"

#include "tests/unit/console/world.hpp"

namespace masthead::console {

class RouteTableTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RouteTableTest);
    CPPUNIT_TEST(findsByMethodAndSegments);
    CPPUNIT_TEST(exactSegmentsWinOverCapturesAndFallBack);
    CPPUNIT_TEST(aRestTakesEverythingBelow);
    CPPUNIT_TEST(wrongMethodNamesTheRightOnes);
    CPPUNIT_TEST(collisionsNameBothRoutes);
    CPPUNIT_TEST(aCollisionCostsOnlyTheOneThatCausedIt);
    CPPUNIT_TEST(aRouteWithoutHandlerOrPermissionIsRefused);
    CPPUNIT_TEST_SUITE_END();

    static Route route(const std::string& method, const std::string& pattern, const std::string& owner = "core") {
        Route out{method, pattern, Permission::anyAuthenticated(), pattern, [](const Request&) { return Response::noContent(); }};
        out.owner = owner;
        return out;
    }
    static std::string found(const RouteTable& table, const char* method, const char* path) {
        const auto match = table.find(method, path);
        std::string out = match.route ? match.route->pattern : "-";
        for (const auto& [name, value] : match.captures) out += " " + name + "=" + value;
        return out;
    }

    void findsByMethodAndSegments() {
        const auto table = must(RouteTable::build({route("GET", "/a"), route("POST", "/a"), route("GET", "/a/{id}"), route("GET", "/a/{id}/b/{other}")}));
        CPPUNIT_ASSERT_EQUAL(std::string("/a"), found(*table, "POST", "/a"));
        CPPUNIT_ASSERT_EQUAL(std::string("/a"), found(*table, "HEAD", "/a"));
        CPPUNIT_ASSERT_EQUAL(std::string("/a/{id} id=7"), found(*table, "GET", "/a/7"));
        CPPUNIT_ASSERT_EQUAL(std::string("/a/{id}/b/{other} id=7 other=x.y"), found(*table, "GET", "/a/7/b/x.y"));
        for (const char* path : {"/", "", "a", "/a/", "/a/7/b", "/a/7/b/", "/a/7/b/c/d", "/b", "/A"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string("-"), found(*table, "GET", path));
        }
    }
    void exactSegmentsWinOverCapturesAndFallBack() {
        const auto table = must(RouteTable::build({route("GET", "/n/{id}"), route("GET", "/n/all"), route("GET", "/n/{id}/x"), route("GET", "/n/all/y")}));
        CPPUNIT_ASSERT_EQUAL(std::string("/n/all"), found(*table, "GET", "/n/all"));
        CPPUNIT_ASSERT_EQUAL(std::string("/n/{id} id=al"), found(*table, "GET", "/n/al"));
        CPPUNIT_ASSERT_EQUAL(std::string("/n/{id}/x id=all"), found(*table, "GET", "/n/all/x"));
    }
    void aRestTakesEverythingBelow() {
        const auto table = must(RouteTable::build({route("GET", "/admin/{page...}"), route("GET", "/admin/api/{rest...}"), route("GET", "/admin/api/me")}));
        CPPUNIT_ASSERT_EQUAL(std::string("/admin/{page...} page="), found(*table, "GET", "/admin/"));
        CPPUNIT_ASSERT_EQUAL(std::string("/admin/{page...} page=p/nodes/7"), found(*table, "GET", "/admin/p/nodes/7"));
        CPPUNIT_ASSERT_EQUAL(std::string("/admin/api/me"), found(*table, "GET", "/admin/api/me"));
        CPPUNIT_ASSERT_EQUAL(std::string("/admin/api/{rest...} rest=me/x"), found(*table, "GET", "/admin/api/me/x"));
        CPPUNIT_ASSERT_EQUAL(std::string("-"), found(*table, "GET", "/admin"));
        CPPUNIT_ASSERT(!RouteTable::build({route("GET", "/a/{rest...}/b")}).ok());
    }
    void wrongMethodNamesTheRightOnes() {
        const auto table = must(RouteTable::build({route("GET", "/a"), route("DELETE", "/a"), route("POST", "/b")}));
        const auto match = table->find("PUT", "/a");
        CPPUNIT_ASSERT(match.route == nullptr);
        CPPUNIT_ASSERT(match.allowed == std::vector<std::string>({"DELETE", "GET", "HEAD"}));
        CPPUNIT_ASSERT(table->find("HEAD", "/b").allowed == std::vector<std::string>({"POST"}));
        CPPUNIT_ASSERT(table->find("GET", "/c").allowed.empty());
    }
    void collisionsNameBothRoutes() {
        auto built = RouteTable::build({route("GET", "/a/{id}"), route("GET", "/a/{name}", "nodes")});
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, built.error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("route GET /a/{name} of nodes collides with GET /a/{id} of core"), built.error().message);
    }
    void aCollisionCostsOnlyTheOneThatCausedIt() {
        std::map<std::string, std::string> left_out;
        const auto table = buildWithPlugins({route("GET", "/core")},
                                            {route("GET", "/a/one", "alpha"), route("GET", "/b/{id}", "broken"), route("POST", "/b/x", "broken"),
                                             route("GET", "/b/{name}", "broken"), route("GET", "/core", "thief"), route("GET", "/z", "zulu")},
                                            [&](const std::string& owner, const Error& why) { left_out[owner] = why.message; });
        for (const char* path : {"/core", "/a/one", "/z"}) CPPUNIT_ASSERT_EQUAL(std::string(path), found(*table, "GET", path));
        CPPUNIT_ASSERT_EQUAL(std::string("core"), table->find("GET", "/core").route->owner);
        CPPUNIT_ASSERT_EQUAL(std::string("-"), found(*table, "POST", "/b/x"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, left_out.size());
        CPPUNIT_ASSERT_EQUAL(std::string("route GET /b/{name} of broken collides with GET /b/{id} of broken"), left_out["broken"]);
        CPPUNIT_ASSERT_EQUAL(std::string("route GET /core of thief collides with GET /core of core"), left_out["thief"]);
    }
    void aRouteWithoutHandlerOrPermissionIsRefused() {
        CPPUNIT_ASSERT(!RouteTable::build({{"GET", "/a", Permission::anyAuthenticated(), "", {}}}).ok());
        CPPUNIT_ASSERT(!RouteTable::build({{"GET", "/a", Permission::named(""), "", [](const Request&) { return Response(); }}}).ok());
        CPPUNIT_ASSERT(!RouteTable::build({route("GET", "a")}).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RouteTableTest);

}  // namespace masthead::console
