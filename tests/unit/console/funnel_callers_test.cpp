// The funnel's rules for callers: API tokens and pages, rates, what each answer says about them.
#include "host/console/http/funnel.hpp"

#include "tests/unit/console/world.hpp"

namespace masthead::console {

class FunnelCallersTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FunnelCallersTest);
    CPPUNIT_TEST(tokensNeedNoCsrfTokenButNoForeignPage);
    CPPUNIT_TEST(tokensStayAwayFromGuardedRoutes);
    CPPUNIT_TEST(ratesAreToldAndHeldTo);
    CPPUNIT_TEST_SUITE_END();

    World world;
    RouteSlot slot;
    RateLimiter limiter{world.clock};
    int calls = 0;
    Principal who;

    Funnel funnel{{slot, world.audit, world.clock, [this](const Request&, Door) -> Result<Principal> { return who; },
                   [](const Principal&, std::string_view) { return false; }, {}, nullptr,
                   [this](const Principal& principal, const std::string&) { return limiter.take(principal.token_id, {3, 60000}); }}};

public:
    void setUp() override {
        who.id = "account:1";
        who.account_id = 1;
        who.method = "token";
        who.token_id = "abcdefgh";
        who.permissions = {"things.write"};
        std::vector<Route> routes;
        for (const char* pattern : {"/things", "/guarded", "/fresh"}) {
            routes.push_back({"POST", pattern, Permission::named("things.write"), "", [this](const Request&) {
                                  ++calls;
                                  return Response::noContent();
                              }});
        }
        routes[1].token_allowed = false;
        routes[2].step_up = true;
        routes.push_back({"GET", "/open", Permission::publicAccess(), "", [](const Request&) { return Response::noContent(); }});
        slot.set(must(RouteTable::build(std::move(routes))));
    }

private:
    Response call(const std::string& method, const std::string& path, std::map<std::string, std::string> headers = {}, Door door = Door::Edge) {
        Request request = world.request(method, path);
        request.headers = std::move(headers);
        return funnel.handle(request, "", door, [](std::size_t) -> Result<std::string> { return std::string(); });
    }
    static std::string header(const Response& response, const std::string& wanted) {
        for (const auto& [name, value] : response.headers) {
            if (name == wanted) return value;
        }
        return "";
    }

    void tokensNeedNoCsrfTokenButNoForeignPage() {
        struct Case {
            std::map<std::string, std::string> headers;
            int status;
        };
        const Case cases[] = {{{}, 204},
                              {{{"origin", "https://console.example.org"}}, 204},
                              {{{"origin", "https://evil.example"}}, 403},
                              {{{"origin", "null"}}, 403},
                              {{{"origin", "http://console.example.org"}}, 403},
                              {{{"sec-fetch-site", "cross-site"}}, 403},
                              {{{"sec-fetch-site", "same-site"}}, 403},
                              {{{"sec-fetch-site", "none"}}, 204}};
        for (const auto& item : cases) {
            world.clock.advance(60000);
            CPPUNIT_ASSERT_EQUAL(item.status, call("POST", "/things", item.headers).status);
        }
        who.method = "password";
        world.clock.advance(60000);
        CPPUNIT_ASSERT_EQUAL(403, call("POST", "/things", {{"origin", "https://console.example.org"}}).status);
    }
    void tokensStayAwayFromGuardedRoutes() {
        for (const char* path : {"/guarded", "/fresh"}) {
            const Response response = call("POST", path);
            CPPUNIT_ASSERT_EQUAL(403, response.status);
            CPPUNIT_ASSERT(response.body.find("token_not_allowed") != std::string::npos);
        }
        CPPUNIT_ASSERT_EQUAL(0, calls);
    }
    void ratesAreToldAndHeldTo() {
        const Response first = call("POST", "/things");
        CPPUNIT_ASSERT_EQUAL(std::string("3"), header(first, "RateLimit-Limit"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), header(first, "RateLimit-Remaining"));
        CPPUNIT_ASSERT_EQUAL(std::string("20"), header(first, "RateLimit-Reset"));
        call("POST", "/things");
        call("POST", "/things");
        const Response refused = call("POST", "/things");
        CPPUNIT_ASSERT_EQUAL(429, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("20"), header(refused, "Retry-After"));
        CPPUNIT_ASSERT_EQUAL(std::string("0"), header(refused, "RateLimit-Remaining"));
        CPPUNIT_ASSERT_EQUAL(3, calls);
        CPPUNIT_ASSERT_EQUAL(204, call("GET", "/open").status);                              // strangers have edge's limits
        CPPUNIT_ASSERT_EQUAL(204, call("POST", "/things", {}, Door::CommandLine).status);    // and the command line none
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FunnelCallersTest);

}  // namespace masthead::console
