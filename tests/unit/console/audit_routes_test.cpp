// Case AL-21: every route that is marked for the audit log leaves exactly one record for a success, one for a failure and one
// for a denial. The routes are the core's own table; their handlers are replaced, since this is the funnel's promise. Routes
// that record their success in the transaction of the change are watched in tests/integration/test_audit.py.
#include "host/console/http/funnel.hpp"
#include "host/console/server/console.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class AuditRoutesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AuditRoutesTest);
    CPPUNIT_TEST(al21_eachMarkedRouteLeavesOneRecord);
    CPPUNIT_TEST_SUITE_END();

    World world;
    int status = 200;
    Principal who;
    RouteSlot slot;
    Funnel funnel{{slot, world.audit, world.clock, [this](const Request&, Door) -> Result<Principal> { return who; },
                   [](const Principal&, std::string_view) { return true; }}};

    static std::string pathOf(const Route& route) {
        std::string out;
        bool inside = false;
        for (const char c : route.pattern) {
            if (c == '{') out += "1";
            inside = c == '{' || (inside && c != '}');
            if (!inside && c != '}') out += c;
        }
        return out;
    }
    /// The records of one request, as people see them.
    std::vector<Json> send(const Route& route, const std::string& id) {
        Request request = world.request(route.method, pathOf(route));
        request.id = id;
        funnel.handle(request, "", Door::CommandLine, [](std::size_t) -> Result<std::string> { return std::string(); });
        std::vector<Json> out;
        const Json page = must(world.audit.list(500, 0));
        for (const auto& record : page["records"].items()) {
            if (record.text("request_id") == id) out.push_back(record);
        }
        return out;
    }

    void al21_eachMarkedRouteLeavesOneRecord() {
        config::Config config;
        config.public_url = "https://console.example.org";
        config.data_dir = world.dir.file("data");
        auto console = must(server::Console::open(config));
        std::vector<Route> routes = console->routes()->routes();
        for (auto& route : routes) route.handler = [this](const Request&) { return Response::json(Json::object(), status); };
        const std::vector<Route> table = routes;
        slot.set(must(RouteTable::build(std::move(routes))));
        int marked = 0;
        int number = 0;
        for (const auto& route : table) {
            const std::string name = route.method + " " + route.pattern;
            if (route.audit.empty()) {
                CPPUNIT_ASSERT_MESSAGE(name + " records by itself what it does not name", !route.audit_self);
                continue;
            }
            ++marked;
            who = Principal();
            who.id = "account:1";
            who.name = "Ada";
            who.method = "local";
            who.authenticated_at = world.clock.wallMs();
            for (const auto& other : table) who.permissions.insert(other.permission.id());
            const auto expect = [&](const char* outcome, std::size_t count) {
                const auto records = send(route, "r" + std::to_string(++number));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name + " " + outcome, count, records.size());
                if (count == 0) return;
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string(outcome), records[0].text("outcome"));
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, route.audit, records[0].text("action"));
            };
            // A route without a principal (sign-in) has nobody to name when it fails; it records what it decides by itself.
            const bool named = !route.permission.isPublic();
            status = 200;
            expect("success", route.audit_self ? 0 : 1);
            status = 409;
            expect("failure", !route.audit_self || named ? 1 : 0);
            if (!named || route.permission.isAnyAuthenticated()) continue;
            who.permissions.clear();
            status = 200;
            expect("denied", 1);
        }
        CPPUNIT_ASSERT(marked > 5);
        CPPUNIT_ASSERT(must(world.audit.verify()) > 0);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AuditRoutesTest);

}  // namespace masthead::console
