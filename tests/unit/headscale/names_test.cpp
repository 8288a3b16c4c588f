#include "host/headscale/names.hpp"

#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

class NamesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(NamesTest);
    CPPUNIT_TEST(userNames);
    CPPUNIT_TEST(nodeNames);
    CPPUNIT_TEST(tags);
    CPPUNIT_TEST(routesComeBackCanonical);
    CPPUNIT_TEST(hostBitsAreRefusedWithTheRightPrefix);
    CPPUNIT_TEST(authIdsFollowTheVersion);
    CPPUNIT_TEST(hostileTextIsNotEchoedRaw);
    CPPUNIT_TEST_SUITE_END();

    void userNames() {
        for (const char* good : {"a", "ann", "ann.b-c_d", "ann@example.org", "Ann9"}) CPPUNIT_ASSERT_MESSAGE(good, checkUserName(good).ok());
        for (const char* bad : {"", "9a", "-a", "@a", "a b", "a/b", "a@b@c", "ünï", "a\n"}) CPPUNIT_ASSERT_MESSAGE(bad, !checkUserName(bad).ok());
        CPPUNIT_ASSERT(checkUserName(std::string(128, 'a')).ok());
        CPPUNIT_ASSERT(!checkUserName(std::string(129, 'a')).ok());
    }

    void nodeNames() {
        for (const char* good : {"a", "node-1", "0", "x--y"}) CPPUNIT_ASSERT_MESSAGE(good, checkNodeName(good).ok());
        for (const char* bad : {"", "-a", "a-", "a_b", "a.b", "A", "a b", "ü"}) CPPUNIT_ASSERT_MESSAGE(bad, !checkNodeName(bad).ok());
        CPPUNIT_ASSERT(checkNodeName(std::string(63, 'a')).ok());
        CPPUNIT_ASSERT(!checkNodeName(std::string(64, 'a')).ok());
        CPPUNIT_ASSERT(checkNodeName("My-Node").error().message.find("try \"my-node\"") != std::string::npos);
    }

    void tags() {
        for (const char* good : {"tag:a", "tag:web-1", "tag:a.b"}) CPPUNIT_ASSERT_MESSAGE(good, checkTag(good).ok());
        for (const char* bad : {"", "web", "tag:", "Tag:web", "tag:Web", "tag:a b", "tag:a,b"}) CPPUNIT_ASSERT_MESSAGE(bad, !checkTag(bad).ok());
        CPPUNIT_ASSERT(!checkTags({"tag:good", "bad"}).ok());
        CPPUNIT_ASSERT(checkTags({}).ok());
    }

    void routesComeBackCanonical() {
        const std::pair<const char*, const char*> cases[] = {{"10.0.0.0/24", "10.0.0.0/24"}, {"0.0.0.0/0", "0.0.0.0/0"}, {"::/0", "::/0"},
                                                            {"FD00:0:0::/64", "fd00::/64"},  {"10.0.0.7/32", "10.0.0.7/32"}};
        for (const auto& [given, expected] : cases) {
            const auto route = checkRoute(given);
            CPPUNIT_ASSERT_MESSAGE(given, route.ok());
            CPPUNIT_ASSERT_EQUAL(std::string(expected), *route);
        }
        for (const char* bad : {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0/8", "a/8", "10.0.0.0/ 8", "10.0.0.0/8/8"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !checkRoute(bad).ok());
        }
    }

    void hostBitsAreRefusedWithTheRightPrefix() {
        CPPUNIT_ASSERT(checkRoute("10.1.2.3/20").error().message.find("10.1.0.0/20") != std::string::npos);
        CPPUNIT_ASSERT(checkRoute("fd00::1/64").error().message.find("fd00::/64") != std::string::npos);
    }

    void authIdsFollowTheVersion() {
        const std::string bare = "abcdefghijklmnopqrstuv_-";
        const std::string prefixed = "hskey-authreq-" + bare;
        CPPUNIT_ASSERT(checkAuthId(bare, "0.28").ok());
        CPPUNIT_ASSERT(!checkAuthId(prefixed, "0.28").ok());
        for (const char* minor : {"0.29", "0.30"}) {
            CPPUNIT_ASSERT(checkAuthId(prefixed, minor).ok());
            CPPUNIT_ASSERT(!checkAuthId(bare, minor).ok());
        }
        CPPUNIT_ASSERT(checkAuthId(bare, "").ok() && checkAuthId(prefixed, "").ok());
        CPPUNIT_ASSERT(!checkAuthId(prefixed + "x", "0.29").ok());
        CPPUNIT_ASSERT(!checkAuthId("hskey-authreq-" + bare.substr(1) + "/", "0.29").ok());
    }

    void hostileTextIsNotEchoedRaw() {
        const std::string message = checkUserName(std::string("a\x1b[31m\n") + std::string(100, 'x')).error().message;
        CPPUNIT_ASSERT(message.find('\x1b') == std::string::npos && message.find('\n') == std::string::npos);
        CPPUNIT_ASSERT(message.size() < 300);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamesTest);

}  // namespace masthead::headscale
