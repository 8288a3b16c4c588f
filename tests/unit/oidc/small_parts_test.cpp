#include <cppunit/extensions/HelperMacros.h>

#include "host/console/auth/oidc/groups.hpp"
#include "host/console/auth/oidc/op_client.hpp"
#include "host/console/auth/oidc/return_path.hpp"
#include "host/console/net/fetch.hpp"

namespace masthead::console::oidc {

class SmallPartsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SmallPartsTest);
    CPPUNIT_TEST(OI50_groupsOfEveryShape);
    CPPUNIT_TEST(OI50_groupsAreComparedByteForByte);
    CPPUNIT_TEST(OI51_returnPathsLeadHome);
    CPPUNIT_TEST(formsAreEncoded);
    CPPUNIT_TEST(OI49_bodiesHaveLimits);
    CPPUNIT_TEST(bodiesAreReadInPieces);
    CPPUNIT_TEST_SUITE_END();

    const std::vector<Mapping> mappings_{{"admins", "admin"}, {"ops", "operator"}, {"on-call", "operator"}};

    std::string roles(const Json& claims, const std::string& claim = "groups") {
        std::string out;
        for (const auto& role : rolesOf(groupsIn(claims, claim), mappings_)) out += role + " ";
        return out;
    }
    static Json groups(Json value) { return Json::object({{"groups", std::move(value)}}); }

    void OI50_groupsOfEveryShape() {
        CPPUNIT_ASSERT_EQUAL(std::string("admin "), roles(groups("admins")));
        CPPUNIT_ASSERT_EQUAL(std::string("admin operator "), roles(groups(Json::array({Json("ops"), Json("admins"), Json("on-call")}))));
        for (const Json& none : {Json(), Json(1), Json(true), Json::object({{"admins", true}}), Json::array(), Json::array({Json::array({Json("admins")})}), Json::array({Json(1)})})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(none.dump(), std::string(), roles(groups(none)));
        CPPUNIT_ASSERT_EQUAL(std::string(), roles(Json::object()));
        Json many = Json::array();
        for (int i = 0; i < 9999; ++i) many.push("group-" + std::to_string(i));
        CPPUNIT_ASSERT_EQUAL(std::string(), roles(groups(many)));
        many.push("ops");
        CPPUNIT_ASSERT_EQUAL(std::string("operator "), roles(groups(many)));
        const Json nested = Json::object({{"realm_access", Json::object({{"roles", Json::array({Json("ops")})}})}});
        CPPUNIT_ASSERT_EQUAL(std::string("operator "), roles(nested, "realm_access.roles"));
        CPPUNIT_ASSERT_EQUAL(std::string(), roles(nested, "realm_access.other"));
        const Json dotted = Json::object({{"https://example.org/groups", "ops"}});
        CPPUNIT_ASSERT_EQUAL(std::string("operator "), roles(dotted, "https://example.org/groups"));
    }
    void OI50_groupsAreComparedByteForByte() {
        for (const std::string& close : {std::string("admins\0", 7), std::string("Admins"), std::string("admins "), std::string("admin"), std::string("adm\xc4\xb1ns"), std::string("*"), std::string()})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(close, std::string(), roles(groups(Json(close))));
        CPPUNIT_ASSERT_EQUAL(std::string(), roles(*parseJson(R"({"groups":["admins\u0000"]})")));
    }
    void OI51_returnPathsLeadHome() {
        const std::string evil[] = {"//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example", "https://evil.example", "http://evil.example",
                                    "javascript:alert(1)", "data:text/html,x", "/admin/..//evil.example", "/admin/../evil", "/admin//evil.example", "/admin/.//evil",
                                    "/admin/\r\nLocation: https://evil.example", "/admin/%0d%0aSet-Cookie:x", "https://localhost@evil.example", "/admin@evil.example",
                                    "/admin/@evil.example", "\\\\evil.example", "///evil.example", "/", "", "admin/", "/admin", "/Admin/", "/adminevil/", "/admin/?next=//evil",
                                    "/admin/#//evil", "/admin/\x01", std::string("/admin/\0evil", 12), "/admin/\xe2\x80\xae", " /admin/", "/admin/ ", "/admin/%2e%2e/", "/admin/..",
                                    "/admin/.../x/../..", "/register/x", "/oidc/callback", "/admin/api/v1/session", "/admin/\"onload=", "/admin/<script>", "vbscript:x",
                                    "/admin/" + std::string(600, 'a')};
        CPPUNIT_ASSERT(std::size(evil) >= 40);
        for (const auto& path : evil) CPPUNIT_ASSERT_EQUAL_MESSAGE(path, std::string("/admin/"), returnPath(path));
        for (const char* path : {"/admin/", "/admin/nodes", "/admin/p/nodes/users/7", "/admin/account/"}) CPPUNIT_ASSERT_EQUAL(std::string(path), returnPath(path));
    }
    void formsAreEncoded() {
        CPPUNIT_ASSERT_EQUAL(std::string("a%20b%2B%26%3D%25%00~"), formEncode(std::string("a b+&=%\0~", 9)));
        CPPUNIT_ASSERT_EQUAL(std::string("%C3%A4-_."), formEncode("\xc3\xa4-_."));
    }
    void OI49_bodiesHaveLimits() {
        net::HttpHead head;
        head.status = 200;
        head.length = 11;
        CPPUNIT_ASSERT(!net::parseBody(head, "", false, 10).ok());
        head.length.reset();
        CPPUNIT_ASSERT(!net::parseBody(head, std::string(11, 'x'), false, 10).ok());
        head.chunked = true;
        CPPUNIT_ASSERT(!net::parseBody(head, "b\r\n", false, 10).ok());
        CPPUNIT_ASSERT(!net::parseBody(head, "6\r\nabcdef\r\n5\r\n", false, 10).ok());
        CPPUNIT_ASSERT(!net::parseBody(head, "ffffffffffffffff\r\n", false, 10).ok());
        CPPUNIT_ASSERT(!net::parseBody(head, "fffffffffffffffff\r\n", false, 10).ok());
        CPPUNIT_ASSERT(!net::parseBody(head, "-1\r\n", false, 10).ok());
        CPPUNIT_ASSERT(!net::parseBody(head, std::string(300, '0'), false, 10).ok());
        CPPUNIT_ASSERT(!net::parseBody(head, "3\r\nabcX\r\n", false, 10).ok());
    }
    void bodiesAreReadInPieces() {
        net::HttpHead head;
        head.status = 200;
        head.chunked = true;
        const std::string whole = "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n";
        for (std::size_t i = 0; i + 4 < whole.size(); ++i) {
            const auto part = net::parseBody(head, whole.substr(0, i), false, 100);
            CPPUNIT_ASSERT(part.ok() && !*part);
            CPPUNIT_ASSERT(!net::parseBody(head, whole.substr(0, i), true, 100).ok());
        }
        CPPUNIT_ASSERT_EQUAL(std::string("abc0123456789"), **net::parseBody(head, whole, false, 100));
        head.chunked = false;
        head.length = 3;
        CPPUNIT_ASSERT(!*net::parseBody(head, "ab", false, 100));
        CPPUNIT_ASSERT(!net::parseBody(head, "ab", true, 100).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), **net::parseBody(head, "abcdef", false, 100));
        head.length.reset();
        CPPUNIT_ASSERT(!*net::parseBody(head, "abc", false, 100));
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), **net::parseBody(head, "abc", true, 100));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SmallPartsTest);

}  // namespace masthead::console::oidc
