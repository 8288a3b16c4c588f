#include "host/console/http/funnel.hpp"

#include <stdexcept>

#include "host/console/store/audit_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {
namespace {

/// One request and what the funnel must make of it.
struct Case {
    const char* name;
    const char* method;
    const char* path;
    std::map<std::string, std::string> headers;
    std::string body;
    int status;
};

const std::string kOrigin = "https://console.example.org";
const std::string kCsrf = "the-right-token";

}  // namespace

class FunnelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FunnelTest);
    CPPUNIT_TEST(decidesEachCase);
    CPPUNIT_TEST(crossSiteWritesAreRefused);
    CPPUNIT_TEST(theCommandLineNeedsNoToken);
    CPPUNIT_TEST(thrownThingsBecomeProblemsAndNothingLeaks);
    CPPUNIT_TEST(markedRoutesAreRecordedOnceWhateverHappens);
    CPPUNIT_TEST(aChangeThatTookTooLongIsRecordedAsUnknown);
    CPPUNIT_TEST(nothingChangesWhenTheAuditCannotBeWritten);
    CPPUNIT_TEST(everyAnswerCarriesTheSecurityHeaders);
    CPPUNIT_TEST(drainingAnswers503);
    CPPUNIT_TEST(anIncompleteSignInReachesOnlyWhatCompletesIt_TO13);
    CPPUNIT_TEST(sensitiveRoutesWantAFreshSignIn_SE26);
    CPPUNIT_TEST(tokensStayOutOfWhatIsNotForThem);
    CPPUNIT_TEST_SUITE_END();

    World world;
    RouteSlot slot;
    int calls = 0;
    Principal who;

    Funnel funnel{{slot, world.audit, world.clock,
                   [this](const Request& request, Door door) -> Result<Principal> {
                       if (door == Door::CommandLine) return local();
                       if (request.header("cookie") == "good") return who;
                       return Error{Code::Unauthenticated, "no"};
                   },
                   [](const Principal& principal, std::string_view token) { return principal.id == "account:1" && token == kCsrf; },
                   [](const Principal&) -> Result<std::vector<std::string>> { return std::vector<std::string>({"totp"}); }}};

    static Principal local() {
        Principal out;
        out.id = "local:cli";
        out.permissions = {"things.write", "things.read"};
        return out;
    }

    Route route(const char* method, const char* pattern, Permission permission, Handler handler = {}) {
        if (!handler) {
            handler = [this](const Request& request) {
                ++calls;
                return Response::json(Json::object({{"body", request.body}}));
            };
        }
        return {method, pattern, std::move(permission), "", std::move(handler)};
    }

    void add(std::vector<Route> routes) { slot.set(must(RouteTable::build(std::move(routes)))); }

public:
    void setUp() override {
        who.id = "account:1";
        who.email = "ada@example.org";
        who.permissions = {"things.read"};
        std::vector<Route> routes;
        routes.push_back(route("GET", "/public", Permission::publicAccess()));
        routes.push_back(route("POST", "/public", Permission::publicAccess()));
        routes.push_back(route("POST", "/report", Permission::publicAccess()));
        routes.back().same_origin = false;
        routes.back().json_body = false;
        routes.push_back(route("GET", "/any", Permission::anyAuthenticated()));
        routes.push_back(route("POST", "/any", Permission::anyAuthenticated()));
        routes.back().body_limit = 20;
        routes.push_back(route("GET", "/read/{id}", Permission::named("things.read")));
        routes.push_back(route("POST", "/write", Permission::named("things.write")));
        routes.back().audit = "things.write";
        add(std::move(routes));
    }

private:
    Response send(const std::string& method, const std::string& path, std::map<std::string, std::string> headers, const std::string& body = "",
                  Door door = Door::Edge, std::string* id = nullptr) {
        Request request = world.request(method, path.substr(0, path.find('?')));
        request.headers = std::move(headers);
        const auto question = path.find('?');
        const std::string query = question == std::string::npos ? "" : path.substr(question + 1);
        Response response = funnel.handle(request, query, door, [&](std::size_t limit) -> Result<std::string> {
            if (body.size() > limit) return Error{Code::ResourceExhausted, "too large"};
            return body;
        });
        if (id) *id = request.id;
        return response;
    }

    std::map<std::string, std::string> signedWrite(std::map<std::string, std::string> change = {}) {
        std::map<std::string, std::string> headers = {
            {"cookie", "good"}, {"origin", kOrigin}, {"x-masthead-csrf", kCsrf}, {"sec-fetch-site", "same-origin"}, {"content-type", "application/json"}};
        for (auto& [name, value] : change) {
            if (value.empty()) {
                headers.erase(name);
            } else {
                headers[name] = value;
            }
        }
        return headers;
    }

    std::vector<std::string> outcomes() {
        std::vector<std::string> out;
        must(world.database->read([&](store::Connection& connection) -> Status {
            for (const auto& row : store::AuditStore::after(connection, 0, 100)) out.push_back(row.action + ":" + row.outcome);
            return {};
        }));
        return out;
    }

    void decidesEachCase() {
        const std::map<std::string, std::string> nobody;
        const std::map<std::string, std::string> reader = {{"cookie", "good"}};
        const Case cases[] = {
            {"public page", "GET", "/public", nobody, "", 200},
            {"unknown path", "GET", "/nothing", nobody, "", 404},
            {"dot segments", "GET", "/public/../any", reader, "", 404},
            {"encoded path", "GET", "/pub%6cic", nobody, "", 404},
            {"wrong method", "PUT", "/public", nobody, "", 405},
            {"broken query", "GET", "/public?a=%zz", nobody, "", 400},
            {"control character in the query", "GET", "/public?a=%00", nobody, "", 400},
            {"nobody", "GET", "/any", nobody, "", 401},
            {"wrong cookie", "GET", "/any", {{"cookie", "bad"}}, "", 401},
            {"signed in", "GET", "/any", reader, "", 200},
            {"permission held", "GET", "/read/7", reader, "", 200},
            {"permission lacking", "POST", "/write", signedWrite(), "{}", 403},
            {"a write without a session", "POST", "/any", {{"origin", kOrigin}}, "", 401},
            {"signed-in write", "POST", "/any", signedWrite(), "{\"a\":1}", 200},
            {"body at the limit", "POST", "/any", signedWrite(), "{\"a\":\"0123456789ab\"}", 200},
            {"body beyond the limit", "POST", "/any", signedWrite(), "{\"a\":\"0123456789abc\"}", 413},
            {"JSON as plain text", "POST", "/any", signedWrite({{"content-type", "text/plain"}}), "{}", 415},
            {"form", "POST", "/any", signedWrite({{"content-type", "application/x-www-form-urlencoded"}}), "a=1", 415},
            {"multipart", "POST", "/any", signedWrite({{"content-type", "multipart/form-data; boundary=x"}}), "--x", 415},
            {"no content type", "POST", "/any", signedWrite({{"content-type", ""}}), "{}", 415},
            {"JSON with a charset", "POST", "/any", signedWrite({{"content-type", "Application/JSON; charset=utf-8"}}), "{}", 200},
            {"public report from anywhere", "POST", "/report", {{"origin", "null"}, {"content-type", "application/csp-report"}}, "{}", 200},
        };
        for (const auto& item : cases) {
            const Response response = send(item.method, item.path, item.headers, item.body);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.name, item.status, response.status);
            if (item.status < 400) continue;
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.name, std::string("application/problem+json"), response.content_type);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.name, std::int64_t{item.status}, must(parseJson(response.body))["status"].asInt());
        }
    }

    void crossSiteWritesAreRefused() {
        who.permissions.insert("things.write");
        const std::pair<const char*, std::map<std::string, std::string>> variants[] = {
            {"no Origin, no Fetch-Metadata", {{"origin", ""}, {"sec-fetch-site", ""}}},
            {"Origin null", {{"origin", "null"}}},
            {"Origin evil", {{"origin", "https://evil.example"}}},
            {"Origin of a sub-domain", {{"origin", "https://a.console.example.org"}}},
            {"Origin with another port", {{"origin", kOrigin + ":8443"}}},
            {"Origin http", {{"origin", "http://console.example.org"}}},
            {"Origin with our name as a prefix", {{"origin", kOrigin + ".evil.example"}}},
            {"Referer only", {{"origin", ""}, {"sec-fetch-site", ""}, {"referer", kOrigin + "/admin/"}}},
            {"Sec-Fetch-Site cross-site", {{"sec-fetch-site", "cross-site"}}},
            {"Sec-Fetch-Site same-site", {{"sec-fetch-site", "same-site"}}},
            {"Sec-Fetch-Site none", {{"sec-fetch-site", "none"}}},
            {"token missing", {{"x-masthead-csrf", ""}}},
            {"token of another session", {{"x-masthead-csrf", "the-token-of-another"}}},
        };
        const int before = calls;
        for (const auto& [name, change] : variants) {
            for (const char* path : {"/any", "/write"}) {
                const Response response = send("POST", path, signedWrite(change), "{}");
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, 403, response.status);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::string("csrf"), must(parseJson(response.body)).text("code"));
            }
        }
        for (std::size_t i = 0; i < 11; ++i) {  // public writes have no token to check
            const Response response = send("POST", "/public", signedWrite(variants[i].second), "{}");
            CPPUNIT_ASSERT_EQUAL_MESSAGE(variants[i].first, 403, response.status);
        }
        CPPUNIT_ASSERT_EQUAL(before, calls);
        CPPUNIT_ASSERT_EQUAL(200, send("POST", "/write", signedWrite(), "{}").status);
        CPPUNIT_ASSERT_EQUAL(200, send("POST", "/write", signedWrite({{"sec-fetch-site", ""}}), "{}").status);
        CPPUNIT_ASSERT_EQUAL(200, send("POST", "/public", signedWrite({{"cookie", ""}, {"x-masthead-csrf", ""}}), "{}").status);
    }

    void theCommandLineNeedsNoToken() {
        CPPUNIT_ASSERT_EQUAL(200, send("POST", "/write", {{"content-type", "application/json"}}, "{}", Door::CommandLine).status);
        CPPUNIT_ASSERT(outcomes() == std::vector<std::string>({"things.write:intent", "things.write:success"}));
    }

    void thrownThingsBecomeProblemsAndNothingLeaks() {
        add({route("GET", "/std", Permission::publicAccess(), [](const Request&) -> Response { throw std::runtime_error("secret detail"); }),
             route("GET", "/other", Permission::publicAccess(), [](const Request&) -> Response { throw 7; })});
        for (const char* path : {"/std", "/other"}) {
            std::string id;
            const Response response = send("GET", path, {}, "", Door::Edge, &id);
            CPPUNIT_ASSERT_EQUAL(500, response.status);
            CPPUNIT_ASSERT(response.body.find("secret") == std::string::npos);
            CPPUNIT_ASSERT_EQUAL(id, must(parseJson(response.body)).text("request_id"));
        }
    }

    void markedRoutesAreRecordedOnceWhateverHappens() {
        who.permissions.insert("things.write");
        int status = 200;
        std::vector<Route> routes = {route("POST", "/write", Permission::named("things.write"), [&](const Request&) -> Response {
            if (status == 0) throw std::runtime_error("no");
            return Response::json(Json::object(), status);
        })};
        routes[0].audit = "things.write";
        add(std::move(routes));
        send("POST", "/write", signedWrite(), R"({"name":"new","key":"hskey-auth-0123456789abcdef","deep":{"password":"p"}})");
        status = 409;
        send("POST", "/write", signedWrite());
        status = 0;
        send("POST", "/write", signedWrite());
        who.permissions.clear();
        send("POST", "/write", signedWrite());
        who.permissions.insert("things.write");
        send("POST", "/write", signedWrite({{"x-masthead-csrf", ""}}));
        CPPUNIT_ASSERT(outcomes() == std::vector<std::string>({"things.write:intent", "things.write:success", "things.write:intent", "things.write:failure",
                                                               "things.write:intent", "things.write:failure", "things.write:denied",
                                                               "things.write:denied"}));
        const Json page = must(world.audit.list(100, 0));
        CPPUNIT_ASSERT_EQUAL(std::size_t{5}, page["records"].items().size());  // closed intents are not listed
        const Json& first = page["records"].items().back();
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"request":{"name":"new","key":"[hidden]","deep":{"password":"[hidden]"}},"status":200})"), first["detail"].dump());
        CPPUNIT_ASSERT_EQUAL(std::string("ada@example.org"), first.text("principal"));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{8}, must(world.audit.verify()));
    }

    void aChangeThatTookTooLongIsRecordedAsUnknown() {
        who.permissions.insert("things.write");
        std::vector<Route> routes = {route("POST", "/write", Permission::named("things.write"),
                                           [](const Request& request) { return problem(Error{Code::Deadline, "too late"}, request.id); })};
        routes[0].audit = "things.write";
        add(std::move(routes));
        CPPUNIT_ASSERT_EQUAL(504, send("POST", "/write", signedWrite(), "{}").status);
        CPPUNIT_ASSERT(outcomes() == std::vector<std::string>({"things.write:intent", "things.write:unknown"}));
    }

    void nothingChangesWhenTheAuditCannotBeWritten() {
        who.permissions.insert("things.write");
        must(world.database->write([](store::Transaction& transaction) -> Status {
            transaction.execute("ALTER TABLE audit RENAME TO audit_elsewhere");
            return {};
        }));
        const int before = calls;
        CPPUNIT_ASSERT_EQUAL(503, send("POST", "/write", signedWrite(), "{}").status);
        CPPUNIT_ASSERT_EQUAL(before, calls);
        CPPUNIT_ASSERT_EQUAL(200, send("GET", "/read/7", {{"cookie", "good"}}).status);
    }

    void everyAnswerCarriesTheSecurityHeaders() {
        for (const char* path : {"/public", "/nothing", "/any"}) {
            const Response response = send("GET", path, {});
            std::map<std::string, std::string> headers(response.headers.begin(), response.headers.end());
            CPPUNIT_ASSERT_EQUAL(std::string("no-store"), headers["Cache-Control"]);
            CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), headers["X-Content-Type-Options"]);
            CPPUNIT_ASSERT_EQUAL(std::string("max-age=63072000; includeSubDomains"), headers["Strict-Transport-Security"]);
            CPPUNIT_ASSERT(headers["Content-Security-Policy"].find("require-trusted-types-for 'script'") != std::string::npos);
            CPPUNIT_ASSERT(headers["Content-Security-Policy"].find("unsafe") == std::string::npos);
        }
    }

    void drainingAnswers503() {
        funnel.drain();
        CPPUNIT_ASSERT_EQUAL(503, send("GET", "/public", {}).status);
    }

    std::string codeOf(const Response& response) { return must(parseJson(response.body)).text("code"); }

    void anIncompleteSignInReachesOnlyWhatCompletesIt_TO13() {
        std::vector<Route> routes;
        for (const char* path : {"/half", "/enrol", "/full"}) {
            routes.push_back(route("POST", path, Permission::anyAuthenticated()));
            routes.back().stage = path == std::string("/half") ? SessionStage::Half : path == std::string("/enrol") ? SessionStage::Enrol : SessionStage::Full;
        }
        add(std::move(routes));
        const auto status = [&](SessionStage stage, const char* path) {
            who.stage = stage;
            return send("POST", path, signedWrite());
        };
        CPPUNIT_ASSERT_EQUAL(200, status(SessionStage::Half, "/half").status);
        for (const char* path : {"/enrol", "/full"}) {
            const Response refused = status(SessionStage::Half, path);
            CPPUNIT_ASSERT_EQUAL(401, refused.status);
            CPPUNIT_ASSERT_EQUAL(std::string("second_factor_required"), codeOf(refused));
        }
        CPPUNIT_ASSERT_EQUAL(200, status(SessionStage::Enrol, "/half").status);
        CPPUNIT_ASSERT_EQUAL(200, status(SessionStage::Enrol, "/enrol").status);
        const Response refused = status(SessionStage::Enrol, "/full");
        CPPUNIT_ASSERT_EQUAL(403, refused.status);
        CPPUNIT_ASSERT_EQUAL(std::string("enrol_required"), codeOf(refused));
        for (const char* path : {"/half", "/enrol", "/full"}) CPPUNIT_ASSERT_EQUAL(200, status(SessionStage::Full, path).status);
    }
    void sensitiveRoutesWantAFreshSignIn_SE26() {
        std::vector<Route> routes;
        routes.push_back(route("POST", "/sensitive", Permission::anyAuthenticated()));
        routes.back().step_up = true;
        routes.push_back(route("POST", "/forbidden", Permission::named("things.write")));
        routes.back().step_up = true;
        add(std::move(routes));
        who.account_id = 1;
        who.authenticated_at = world.clock.wallMs();
        world.clock.advance(kStepUpMs - 1);
        CPPUNIT_ASSERT_EQUAL(200, send("POST", "/sensitive", signedWrite()).status);
        world.clock.advance(1);
        const Response stale = send("POST", "/sensitive", signedWrite());
        CPPUNIT_ASSERT_EQUAL(403, stale.status);
        CPPUNIT_ASSERT_EQUAL(std::string("step_up_required"), codeOf(stale));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["totp"])"), must(parseJson(stale.body))["methods"].dump());
        CPPUNIT_ASSERT_EQUAL_MESSAGE("without the permission nothing is asked for", std::string("permission_denied"),
                                     codeOf(send("POST", "/forbidden", signedWrite())));
        who.authenticated_at = world.clock.wallMs() + 60000;  // a clock that went back does not make it fresh for longer
        CPPUNIT_ASSERT_EQUAL(403, send("POST", "/sensitive", signedWrite()).status);
        CPPUNIT_ASSERT_EQUAL(200, send("POST", "/sensitive", {}, "", Door::CommandLine).status);
    }
    void tokensStayOutOfWhatIsNotForThem() {
        std::vector<Route> routes;
        routes.push_back(route("POST", "/open", Permission::anyAuthenticated()));
        routes.push_back(route("POST", "/people", Permission::anyAuthenticated()));
        routes.back().token_allowed = false;
        routes.push_back(route("POST", "/sensitive", Permission::anyAuthenticated()));
        routes.back().step_up = true;
        add(std::move(routes));
        who.method = "token";
        CPPUNIT_ASSERT_EQUAL(200, send("POST", "/open", signedWrite()).status);
        for (const char* path : {"/people", "/sensitive"}) {
            const Response refused = send("POST", path, signedWrite());
            CPPUNIT_ASSERT_EQUAL(403, refused.status);
            CPPUNIT_ASSERT_EQUAL(std::string("token_not_allowed"), codeOf(refused));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FunnelTest);

}  // namespace masthead::console
