#include <cppunit/extensions/HelperMacros.h>

#include <masthead/testing/fake_host.hpp>

#include "plugins/nodes/src/plugin.hpp"
#include "plugins/nodes/src/time.hpp"
#include "plugins/nodes/src/validate.hpp"

using namespace masthead;

namespace {

class NodesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NodesTest);
    CPPUNIT_TEST(times);
    CPPUNIT_TEST(names);
    CPPUNIT_TEST(tagsAreSortedAndUnique);
    CPPUNIT_TEST(routesNeedZeroHostBits);
    CPPUNIT_TEST(exitNodesKeepOtherRoutes);
    CPPUNIT_TEST(taggingRemovesTheOldExpiry);
    CPPUNIT_TEST(nothingInvalidReachesHeadscale);
    CPPUNIT_TEST(keysCarryExpirationAndCommand);
    CPPUNIT_TEST(apiKeyPrefixesLoseAndRegainTheirMask);
    CPPUNIT_TEST_SUITE_END();

    testing::FakeHost host_;
    std::unique_ptr<testing::LoadedPlugin> plugin_;
    std::vector<std::string> asked_;
    Json answer_ = Json::object();

    testing::HttpOut call(const std::string& route, const std::string& body, std::map<std::string, std::string> captures = {{"id", "7"}}) {
        testing::HttpIn in{"POST", "/", body};
        in.captures = std::move(captures);
        return plugin_->call(route, in);
    }

public:
    void setUp() override {
        host_.headscale = [this](const std::string& method, const std::string& path, const Json& body) -> Result<Json> {
            asked_.push_back(method + " " + path + (body.isNull() ? "" : " " + body.dump()));
            return answer_;
        };
        auto made = testing::LoadedPlugin::make<nodes::NodesPlugin>(host_);
        CPPUNIT_ASSERT(made.ok());
        plugin_ = std::move(*made);
    }
    void tearDown() override { plugin_.reset(); }

    void times() {
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1893456000}, nodes::parseTime("2030-01-01T00:00:00Z").value_or(-1));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1893456000}, nodes::parseTime("2030-01-01T02:30:00.5+02:30").value_or(-1));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1709164800}, nodes::parseTime("2024-02-29T00:00:00z").value_or(-1));
        for (const char* bad : {"", "2030-01-01", "2030-01-01T00:00:00", "2030-02-30T00:00:00Z", "2030-01-01T24:00:00Z", "2030-01-01T00:00:00.Z",
                                "2030-01-01T00:00:00Zx", "2030-1-01T00:00:00Z", "1969-12-31T23:59:59Z", "2030-01-01T00:00:00+25:00"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !nodes::parseTime(bad));
        }
    }

    void names() {
        for (const char* good : {"a", "web-1", "A9", "9a"}) CPPUNIT_ASSERT_MESSAGE(good, nodes::checkNodeName(good).ok());
        for (const char* bad : {"", "-a", "a-", "a.b", "a b", "\xc3\xa4", "a\n"}) CPPUNIT_ASSERT_MESSAGE(bad, !nodes::checkNodeName(bad).ok());
        CPPUNIT_ASSERT(nodes::checkNodeName(std::string(63, 'a')).ok());
        std::string wide = "x";
        for (int i = 0; i < 30; ++i) wide += "\xe4\xb8\xad";
        CPPUNIT_ASSERT_MESSAGE("cut between characters", masthead::detail::validUtf8(nodes::checkUserName(wide).error().message));
        CPPUNIT_ASSERT(!nodes::checkNodeName(std::string(64, 'a')).ok());
        for (const char* good : {"ab", "anna.b", "anna@example.org", "a_b-c"}) CPPUNIT_ASSERT_MESSAGE(good, nodes::checkUserName(good).ok());
        for (const char* bad : {"", "a", "1ab", "a b", "a@b@c", "a/b"}) CPPUNIT_ASSERT_MESSAGE(bad, !nodes::checkUserName(bad).ok());
        CPPUNIT_ASSERT(nodes::checkEmail("a@b").ok());
        for (const char* bad : {"a", "@b", "a@", "a@b@c", "a @b"}) CPPUNIT_ASSERT_MESSAGE(bad, !nodes::checkEmail(bad).ok());
        CPPUNIT_ASSERT(nodes::checkRegistrationKey("hskey-authreq-abcdefghijklmnopqrstuvwx").ok());
        CPPUNIT_ASSERT(nodes::checkRegistrationKey("abcdefghijklmnopqrstuv-_").ok());
        CPPUNIT_ASSERT(!nodes::checkRegistrationKey("abcdefghijklmnopqrstuv/x").ok());
        CPPUNIT_ASSERT_EQUAL(std::string("a%2Fb%20%26"), nodes::percentEncode("a/b &"));
    }

    void tagsAreSortedAndUnique() {
        const auto tags = nodes::checkTags(Json::array({Json("tag:b"), Json("tag:a"), Json("tag:b")}));
        CPPUNIT_ASSERT_EQUAL(std::string(R"(["tag:a","tag:b"])"), nodes::toJson(*tags).dump());
        for (const char* bad : {"b", "tag:", "tag:B", "tag:b b", "tag:-", "Tag:b"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !nodes::checkTags(Json::array({Json(bad)})).ok());
        }
    }

    void routesNeedZeroHostBits() {
        for (const char* good : {"10.0.0.0/8", "0.0.0.0/0", "::/0", "fd00::/8", "192.0.2.1/32", "2001:db8::1/128", "10.128.0.0/9"}) {
            CPPUNIT_ASSERT_MESSAGE(good, nodes::checkRoutes(Json::array({Json(good)})).ok());
        }
        for (const char* bad : {"", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.1/31", "10.64.0.0/9", "fd00::1/64", "::/129", "x/8", "10.0.0/8"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !nodes::checkRoutes(Json::array({Json(bad)})).ok());
        }
    }

    void exitNodesKeepOtherRoutes() {
        std::string error;
        answer_ = *Json::parse(R"({"node":{"givenName":"n","availableRoutes":["0.0.0.0/0","::/0","10.0.0.0/8"],"approvedRoutes":["10.0.0.0/8","::/0"]}})", error);
        CPPUNIT_ASSERT_EQUAL(MH_OK, call("nodes.exit-node", R"({"enabled":true})").status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(POST /api/v1/node/7/approve_routes {"routes":["10.0.0.0/8","0.0.0.0/0","::/0"]})"), asked_.back());
        CPPUNIT_ASSERT_EQUAL(MH_OK, call("nodes.exit-node", R"({"enabled":false})").status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(POST /api/v1/node/7/approve_routes {"routes":["10.0.0.0/8"]})"), asked_.back());
        answer_ = *Json::parse(R"({"node":{"givenName":"n","availableRoutes":["10.0.0.0/8"],"approvedRoutes":[]}})", error);
        CPPUNIT_ASSERT_EQUAL(MH_FAILED_PRECONDITION, call("nodes.exit-node", R"({"enabled":true})").status);
    }

    void taggingRemovesTheOldExpiry() {
        answer_ = Json::object({{"node", Json::object({{"expiry", "2030-01-01T00:00:00Z"}})}});
        const auto out = call("nodes.tags", R"({"tags":["tag:a"]})");
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, asked_.size());
        CPPUNIT_ASSERT_EQUAL(std::string(R"(POST /api/v1/node/7/expire {"disableExpiry":true})"), asked_.back());
        CPPUNIT_ASSERT(out.json().text("warning").find("cannot be undone") != std::string::npos);
    }

    void nothingInvalidReachesHeadscale() {
        const struct {
            const char *route, *body;
        } cases[] = {{"nodes.rename", R"({"name":"a b"})"},      {"nodes.expire", R"({"expiry":"soon"})"}, {"nodes.tags", R"({"tags":[]})"},
                     {"nodes.routes", R"({"routes":["x"]})"},    {"users.create", R"({"name":"1"})"},      {"keys.create", R"({"expiration":"2001-01-01T00:00:00Z"})"},
                     {"api-keys.create", "{}"},                  {"nodes.register", R"({"user":"a"})"},    {"users.rename", R"({"name":""})"}};
        for (const auto& item : cases) CPPUNIT_ASSERT_EQUAL_MESSAGE(item.route, MH_INVALID_ARGUMENT, call(item.route, item.body).status);
        CPPUNIT_ASSERT_EQUAL(MH_INVALID_ARGUMENT, call("nodes.delete", "", {{"id", "7/../8"}}).status);
        CPPUNIT_ASSERT(asked_.empty());
    }

    void keysCarryExpirationAndCommand() {
        answer_ = Json::object({{"preAuthKey", Json::object({{"key", "hskey-auth-x"}})}});
        const auto out = call("keys.create", R"({"user":"3","expiration":"2999-01-01T00:00:00Z","tags":["tag:a"]})");
        CPPUNIT_ASSERT_EQUAL(std::string(R"(POST /api/v1/preauthkey {"user":"3","reusable":false,"ephemeral":false,"expiration":"2999-01-01T00:00:00Z","aclTags":["tag:a"]})"), asked_.back());
        CPPUNIT_ASSERT_EQUAL(std::string("tailscale up --login-server https://console.example.org --auth-key hskey-auth-x"), out.json().text("command"));
        CPPUNIT_ASSERT_EQUAL(std::string("no-store"), out.headers.at("cache-control"));
    }

    void apiKeyPrefixesLoseAndRegainTheirMask() {
        answer_ = Json::object({{"apiKeys", Json::array({Json::object({{"prefix", "hskey-api-abc-***"}}), Json::object({{"prefix", "old7char"}})})}});
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"apiKeys":[{"prefix":"hskey-api-abc"},{"prefix":"old7char"}]})"), plugin_->call("api-keys.list").body);
        CPPUNIT_ASSERT_EQUAL(MH_OK, call("api-keys.expire", "", {{"prefix", "hskey-api-abc"}}).status);
        CPPUNIT_ASSERT_EQUAL(std::string(R"(POST /api/v1/apikey/expire {"prefix":"hskey-api-abc-***"})"), asked_.back());
        CPPUNIT_ASSERT_EQUAL(MH_OK, call("api-keys.delete", "", {{"prefix", "old7char"}}).status);
        CPPUNIT_ASSERT_EQUAL(std::string("DELETE /api/v1/apikey/old7char"), asked_.back());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NodesTest);

}  // namespace
