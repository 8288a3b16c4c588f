#include "host/headscale/rest_shape.hpp"

#include "host/base/timestamp.hpp"
#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

class RestShapeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RestShapeTest);
    CPPUNIT_TEST(nodesSurviveTheRoundTrip);
    CPPUNIT_TEST(recordedNodeIsReadInFull);
    CPPUNIT_TEST(zeroTimesAreNone);
    CPPUNIT_TEST(missingMembersAreDefaults);
    CPPUNIT_TEST(unusableIdsAreRefused);
    CPPUNIT_TEST(largestIdsStayExact);
    CPPUNIT_TEST_SUITE_END();

    static Node fullNode() {
        Node node;
        node.id = 7;
        node.machine_key = "mkey:aa";
        node.node_key = "nodekey:bb";
        node.disco_key = "discokey:cc";
        node.addresses = {"100.64.0.1", "fd7a:115c:a1e0::1"};
        node.name = "raw <name>";
        node.given_name = "raw-name";
        node.user = User{1, "ann", "Ann", "ann@example.org", "https://issuer/1", "oidc", "https://x/p.png", 1'700'000'000'123};
        node.last_seen = 1'700'000'000'000;
        node.expiry = 1'800'000'000'000;
        node.created_at = 1'600'000'000'000;
        PreAuthKey key;
        key.id = 3;
        key.key = "hskey-auth-x-***";
        key.reusable = key.ephemeral = key.used = true;
        key.expiration = 1'900'000'000'000;
        key.tags = {"tag:a"};
        node.pre_auth_key = key;
        node.register_method = RegisterMethod::Oidc;
        node.online = true;
        node.approved_routes = {"10.0.0.0/8"};
        node.available_routes = {"10.0.0.0/8", "::/0"};
        node.serving_routes = {"10.0.0.0/8"};
        node.tags = {"tag:b"};
        return node;
    }

    void nodesSurviveTheRoundTrip() {
        const auto parsed = parseJson(toRest(fullNode()).dump());
        CPPUNIT_ASSERT(parsed.ok());
        const auto back = nodeFromRest(*parsed);
        CPPUNIT_ASSERT(back.ok());
        CPPUNIT_ASSERT(*back == fullNode());
        CPPUNIT_ASSERT(*nodeFromRest(toRest(Node{})) == Node{});
    }

    void recordedNodeIsReadInFull() {
        const auto recorded = parseJson(R"({"id": "1", "machineKey": "mkey:1f", "nodeKey": "nodekey:75", "discoKey": "discokey:13",
            "ipAddresses": ["100.64.0.1", "fd7a:115c:a1e0::1"], "name": "node1", "user": {"id": "2147455555", "name": "tagged-devices",
            "createdAt": "0001-01-01T00:00:00Z", "displayName": "Tagged Devices", "email": "", "providerId": "", "provider": "", "profilePicUrl": ""},
            "lastSeen": "2026-11-21T07:27:03.819498485Z", "expiry": null, "preAuthKey": null, "createdAt": "2026-11-21T07:26:58.127074197Z",
            "registerMethod": "REGISTER_METHOD_AUTH_KEY", "givenName": "renamed-1", "online": true, "approvedRoutes": [],
            "availableRoutes": ["0.0.0.0/0", "::/0"], "subnetRoutes": [], "tags": ["tag:router"]})");
        CPPUNIT_ASSERT(recorded.ok());
        const auto node = nodeFromRest(*recorded);
        CPPUNIT_ASSERT(node.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("renamed-1"), node->given_name);
        CPPUNIT_ASSERT_EQUAL(std::string("tagged-devices"), node->user.value().name);
        CPPUNIT_ASSERT(!node->user.value().created_at && !node->expiry && node->online);
        CPPUNIT_ASSERT_EQUAL(std::string("2026-11-21T07:27:03.819Z"), formatTimestamp(node->last_seen.value()));
        CPPUNIT_ASSERT(RegisterMethod::AuthKey == node->register_method);
    }

    void zeroTimesAreNone() {
        const auto key = preAuthKeyFromRest(Json::object({{"id", "1"}, {"expiration", "0001-01-01T00:00:00Z"}, {"createdAt", nullptr}}));
        CPPUNIT_ASSERT(key.ok() && !key->expiration && !key->created_at);
        CPPUNIT_ASSERT(toRest(*key)["expiration"].isNull());
    }

    void missingMembersAreDefaults() {
        const auto node = nodeFromRest(Json::object({{"id", "5"}}));
        CPPUNIT_ASSERT(node.ok());
        CPPUNIT_ASSERT(node->tags.empty() && !node->user && !node->online);
    }

    void unusableIdsAreRefused() {
        for (const Json& id : {Json(), Json(""), Json("x"), Json("-1"), Json("18446744073709551616"), Json(1.5), Json(true)}) {
            CPPUNIT_ASSERT_MESSAGE(id.dump(), !nodeFromRest(Json::object({{"id", id}})).ok());
            CPPUNIT_ASSERT_MESSAGE(id.dump(), !userFromRest(Json::object({{"id", id}})).ok());
        }
    }

    void largestIdsStayExact() {
        const auto user = userFromRest(Json::object({{"id", "18446744073709551615"}}));
        CPPUNIT_ASSERT(user.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("18446744073709551615"), toRest(*user).text("id"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RestShapeTest);

}  // namespace masthead::headscale
