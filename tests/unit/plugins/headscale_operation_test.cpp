#include "host/console/plugins/headscale_operation.hpp"

#include <cppunit/extensions/HelperMacros.h>

using namespace masthead;
using namespace masthead::console::plugins;

namespace {

class HeadscaleOperationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeadscaleOperationTest);
    CPPUNIT_TEST(eachCallHasGrantActionAndObject);
    CPPUNIT_TEST(strangePathsAreNotFound);
    CPPUNIT_TEST(keysNeverReachTheAudit);
    CPPUNIT_TEST_SUITE_END();

public:
    void eachCallHasGrantActionAndObject() {
        const struct {
            const char *method, *path, *grant, *action, *object;
            bool writes;
        } cases[] = {
            {"GET", "/api/v1/node", "node.read", "headscale.node.read", "node", false},
            {"GET", "/api/v1/node/7", "node.read", "headscale.node.read", "node/7", false},
            {"POST", "/api/v1/node/7/rename/new-name", "node.write", "headscale.node.rename", "node/7", true},
            {"DELETE", "/api/v1/node/7", "node.write", "headscale.node.delete", "node/7", true},
            {"POST", "/api/v1/node/register?user=a&key=b", "node.write", "headscale.node.register", "node", true},
            {"POST", "/api/v1/user", "user.write", "headscale.user.create", "user", true},
            {"POST", "/api/v1/preauthkey/expire", "preauthkey.write", "headscale.preauthkey.expire", "preauthkey", true},
            {"DELETE", "/api/v1/preauthkey?id=3", "preauthkey.write", "headscale.preauthkey.delete", "preauthkey", true},
            {"DELETE", "/api/v1/apikey/abc", "apikey.write", "headscale.apikey.delete", "apikey/abc", true},
            {"POST", "/api/v1/apikey/expire", "apikey.write", "headscale.apikey.expire", "apikey", true},
            {"PUT", "/api/v1/policy", "policy.write", "headscale.policy.set", "policy", true},
            {"POST", "/api/v1/policy/check", "policy.read", "headscale.policy.check", "policy", false},
            {"POST", "/api/v1/auth/approve", "auth.write", "headscale.auth.approve", "auth", true},
            {"GET", "/api/v1/health", "", "", "", false},
        };
        for (const auto& item : cases) {
            const auto operation = describeOperation(item.method, item.path);
            CPPUNIT_ASSERT_MESSAGE(item.path, operation.ok());
            CPPUNIT_ASSERT_EQUAL(std::string(item.grant), operation->grant);
            CPPUNIT_ASSERT_EQUAL(std::string(item.action), operation->action);
            CPPUNIT_ASSERT_EQUAL(std::string(item.object), operation->object);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.path, item.writes, operation->writes);
        }
        CPPUNIT_ASSERT(describeOperation("GET", "/api/v1/node")->live_list);
        CPPUNIT_ASSERT(!describeOperation("GET", "/api/v1/node?user=a")->live_list);
        CPPUNIT_ASSERT_EQUAL(std::string("7"), describeOperation("GET", "/api/v1/node/7")->live_node);
    }

    void strangePathsAreNotFound() {
        for (const char* path : {"", "/", "/api/v2/node", "/api/v1/", "/api/v1/secrets", "/key", "/api/v1"}) {
            CPPUNIT_ASSERT_MESSAGE(path, !describeOperation("GET", path).ok());
        }
    }

    void keysNeverReachTheAudit() {
        const Json body =
            Json::object({{"key", "hskey-auth-x"}, {"authId", "y"}, {"policy", "{}"}, {"tags", Json::array({Json("tag:a")})}});
        CPPUNIT_ASSERT_EQUAL(std::string(R"({"key":"[hidden]","authId":"[hidden]","policy":"[hidden]","tags":["tag:a"]})"),
                             auditableBody(body).dump());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeadscaleOperationTest);

}  // namespace
