#include "host/headscale/rest_facade.hpp"

#include "tests/support/fake_client.hpp"
#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

class RestFacadeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RestFacadeTest);
    CPPUNIT_TEST(everyWriteReachesTheClient);
    CPPUNIT_TEST(readsHaveTheirMember);
    CPPUNIT_TEST(listsAreFilteredAsHeadscaleDoes);
    CPPUNIT_TEST(unknownPathsAndMethodsAreNotFound);
    CPPUNIT_TEST(wrongBodiesAreRefusedBeforeTheCall);
    CPPUNIT_TEST(parametersAreDecodedOnce);
    CPPUNIT_TEST(brokenEncodingIsRefused);
    CPPUNIT_TEST_SUITE_END();

    testing::FakeClient client_;

    Result<Json> call(const char* method, const std::string& path, const std::string& body = {}) {
        Json parsed;
        if (!body.empty()) {
            auto json = parseJson(body);
            CPPUNIT_ASSERT_MESSAGE(body, json.ok());
            parsed = *json;
        }
        return callRest(client_, method, path, parsed);
    }

    void everyWriteReachesTheClient() {
        struct Case {
            const char* method;
            const char* path;
            const char* body;
            const char* call;
            const char* member;  // of the answer, "" = {}
        };
        const Case cases[] = {
            {"POST", "/api/v1/user", R"({"name":"ann","displayName":"A","email":"a@b"})", "createUser ann A a@b", "user"},
            {"POST", "/api/v1/user/4/rename/bob", "", "renameUser 4 bob", "user"},
            {"DELETE", "/api/v1/user/4", "", "deleteUser 4", ""},
            {"POST", "/api/v1/node/7/rename/desk", "", "renameNode 7 desk", "node"},
            {"POST", "/api/v1/node/7/tags", R"({"tags":["tag:a","tag:b"]})", "setTags 7 tag:a,tag:b", "node"},
            {"POST", "/api/v1/node/7/approve_routes", R"({"routes":["10.0.0.0/8"]})", "setApprovedRoutes 7 10.0.0.0/8", "node"},
            {"POST", "/api/v1/node/7/expire", "", "expireNode 7 now", "node"},
            {"POST", "/api/v1/node/7/expire", R"({"expiry":"1970-01-01T00:00:02Z"})", "expireNode 7 2000", "node"},
            {"POST", "/api/v1/node/7/expire", R"({"expiry":null})", "expireNode 7 now", "node"},
            {"POST", "/api/v1/node/7/expire", R"({"disableExpiry":true})", "disableExpiry 7", "node"},
            {"DELETE", "/api/v1/node/7", "", "deleteNode 7", ""},
            {"POST", "/api/v1/node/register?user=ann&key=k", "", "registerNode 0 ann k", "node"},
            {"POST", "/api/v1/debug/node", R"({"user":"ann","key":"k","name":"n","routes":["r"]})", "debugCreateNode 0 ann k n r", "node"},
            {"POST", "/api/v1/node/backfillips?confirmed=true", "", "backfillNodeIps", "changes"},
            {"POST", "/api/v1/preauthkey", R"({"user":"3","reusable":true,"expiration":"1970-01-01T00:00:01Z","aclTags":["tag:a"]})",
             "createPreAuthKey 3 reusable 1000 tag:a", "preAuthKey"},
            {"POST", "/api/v1/preauthkey/expire", R"({"id":"9"})", "expirePreAuthKey 9", ""},
            {"DELETE", "/api/v1/preauthkey?id=9", "", "deletePreAuthKey 9", ""},
            {"POST", "/api/v1/apikey", R"({"expiration":"1970-01-01T00:00:01Z"})", "createApiKey 1000", "apiKey"},
            {"POST", "/api/v1/apikey/expire", R"({"prefix":"p"})", "expireApiKey p", ""},
            {"DELETE", "/api/v1/apikey/p", "", "deleteApiKey p", ""},
            {"PUT", "/api/v1/policy", R"({"policy":"{}"})", "setPolicy {}", "policy"},
            {"POST", "/api/v1/policy/check", R"({"policy":"{}"})", "checkPolicy {}", ""},
            {"POST", "/api/v1/auth/register", R"({"user":"ann","authId":"i"})", "authRegister 0 ann i", "node"},
            {"POST", "/api/v1/auth/approve", R"({"authId":"i"})", "authApprove i", ""},
            {"POST", "/api/v1/auth/reject", R"({"authId":"i"})", "authReject i", ""},
        };
        for (const Case& one : cases) {
            const auto answer = call(one.method, one.path, one.body);
            CPPUNIT_ASSERT_MESSAGE(one.call, answer.ok());
            CPPUNIT_ASSERT_EQUAL(std::string(one.call), client_.calls().back());
            if (*one.member == '\0') {
                CPPUNIT_ASSERT_EQUAL(std::string("{}"), answer->dump());
            } else {
                CPPUNIT_ASSERT_MESSAGE(one.call, answer->has(one.member));
            }
        }
    }

    void readsHaveTheirMember() {
        client_.change([](testing::FakeClient& c) {
            c.nodes.resize(1);
            c.nodes[0].id = 7;
        });
        CPPUNIT_ASSERT_EQUAL(std::string("7"), (*call("GET", "/api/v1/node/7"))["node"].text("id"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, (*call("GET", "/api/v1/node"))["nodes"].items().size());
        CPPUNIT_ASSERT((*call("GET", "/api/v1/preauthkey"))["preAuthKeys"].isArray());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, (*call("GET", "/api/v1/apikey"))["apiKeys"].items().size());
        CPPUNIT_ASSERT((*call("GET", "/api/v1/health"))["databaseConnectivity"].asBool());
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, call("GET", "/api/v1/policy").error().code);
    }

    void listsAreFilteredAsHeadscaleDoes() {
        client_.change([](testing::FakeClient& c) {
            c.users.resize(2);
            c.users[0].id = 1;
            c.users[0].name = "ann";
            c.users[1].id = 2;
            c.users[1].email = "bob@example.org";
            c.nodes.resize(2);
            c.nodes[0].id = 5;
            c.nodes[0].user = c.users[0];
            c.nodes[1] = c.nodes[0];
            c.nodes[1].id = 6;
            c.nodes[1].tags = {"tag:a"};
        });
        CPPUNIT_ASSERT_EQUAL(std::string("1"), (*call("GET", "/api/v1/user?name=ann&id=2"))["users"].items().at(0).text("id"));
        CPPUNIT_ASSERT_EQUAL(std::string("2"), (*call("GET", "/api/v1/user?email=bob%40example.org"))["users"].items().at(0).text("id"));
        CPPUNIT_ASSERT((*call("GET", "/api/v1/user?id=9"))["users"].items().empty());
        const auto nodes = call("GET", "/api/v1/node?user=ann");
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, (*nodes)["nodes"].items().size());
        CPPUNIT_ASSERT_EQUAL(std::string("5"), (*nodes)["nodes"].items().at(0).text("id"));
    }

    void unknownPathsAndMethodsAreNotFound() {
        for (const char* path : {"/", "/api/v1/", "/api/v1/nodes", "/api/v1/node/1/2/3/4", "/api/v2/node", "/api/v1/node/", "api/v1/node"}) {
            const auto answer = call("GET", path);
            CPPUNIT_ASSERT_MESSAGE(path, !answer.ok());
            CPPUNIT_ASSERT_MESSAGE(path, answer.error().code == Code::NotFound || answer.error().code == Code::InvalidArgument);
        }
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, call("PATCH", "/api/v1/node").error().code);
        CPPUNIT_ASSERT(client_.calls().empty());
    }

    void wrongBodiesAreRefusedBeforeTheCall() {
        const std::pair<const char*, const char*> cases[] = {
            {"/api/v1/user", R"({"name":"ann","surprise":1})"},    {"/api/v1/user", R"({"name":5})"},
            {"/api/v1/node/7/tags", R"({"tags":"tag:a"})"},        {"/api/v1/node/7/tags", R"({"tags":[1]})"},
            {"/api/v1/node/x/tags", R"({"tags":["tag:a"]})"},      {"/api/v1/node/7/expire", R"({"expiry":"tomorrow"})"},
            {"/api/v1/preauthkey", R"({"user":"ann"})"},           {"/api/v1/preauthkey", R"({"user":"1","reusable":"yes"})"},
            {"/api/v1/node/7/expire", R"({"expiry":"2027-01-01T00:00:00Z","disableExpiry":true})"},
        };
        for (const auto& [path, body] : cases) {
            const auto answer = call("POST", path, body);
            CPPUNIT_ASSERT_MESSAGE(body, !answer.ok());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(body, Code::InvalidArgument, answer.error().code);
        }
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, callRest(client_, "POST", "/api/v1/user", Json::array()).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, call("POST", "/api/v1/node/backfillips").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, call("DELETE", "/api/v1/preauthkey").error().code);
        CPPUNIT_ASSERT(client_.calls().empty());
    }

    void parametersAreDecodedOnce() {
        CPPUNIT_ASSERT(call("POST", "/api/v1/node/7/rename/a%2Fb%2525").ok());
        CPPUNIT_ASSERT_EQUAL(std::string("renameNode 7 a/b%25"), client_.calls().back());
    }

    void brokenEncodingIsRefused() {
        for (const char* path : {"/api/v1/node/7/rename/%", "/api/v1/node/7/rename/%2", "/api/v1/node/7/rename/%zz", "/api/v1/node/7/rename/a%00b",
                                 "/api/v1/user/1/rename/%4"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(path, Code::InvalidArgument, call("POST", path).error().code);
        }
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, call("GET", "/api/v1/node?user=%").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, call("GET", "/api/v1/" + std::string(5000, 'x')).error().code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RestFacadeTest);

}  // namespace masthead::headscale
