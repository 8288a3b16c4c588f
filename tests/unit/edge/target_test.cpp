#include "host/edge/http1/target.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::edge::http1 {

class TargetTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TargetTest);
    CPPUNIT_TEST(originFormKeepsEveryByte);
    CPPUNIT_TEST(absoluteFormGivesPathAndAuthority);
    CPPUNIT_TEST(everythingElseIsRefused);
    CPPUNIT_TEST(lengthsAreExact);
    CPPUNIT_TEST(authorities);
    CPPUNIT_TEST_SUITE_END();

    static Parsed<Target> parse(std::string_view target, std::string_view method = "GET") { return parseTarget(method, target, HeadLimits()); }

    void originFormKeepsEveryByte() {
        for (const std::string path : {"/", "//key", "/./key", "/key/../x", "/%2e%2e/a", "/%00", "/a;b=c", "/~!$&'()*+,;=:@", "/%C0%AF"}) {
            const auto parsed = parse(path);
            CPPUNIT_ASSERT_MESSAGE(path, parsed.ok());
            CPPUNIT_ASSERT_EQUAL(path, parsed.head->path);
            CPPUNIT_ASSERT(!parsed.head->has_query && !parsed.head->authority);
        }
        const auto query = parse("/key?v=1?v=2&x=%2F/..");
        CPPUNIT_ASSERT(query.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("/key"), query.head->path);
        CPPUNIT_ASSERT_EQUAL(std::string("v=1?v=2&x=%2F/.."), query.head->query);
        CPPUNIT_ASSERT(parse("/?").head->has_query);
    }

    void absoluteFormGivesPathAndAuthority() {
        const auto parsed = parse("HTTPS://HS.Test:443/key?v=1");
        CPPUNIT_ASSERT(parsed.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("/key"), parsed.head->path);
        CPPUNIT_ASSERT_EQUAL(std::string("hs.test:443"), *parsed.head->authority);
    }

    void everythingElseIsRefused() {
        const std::string targets[] = {
            "", "*", "admin", "hs.test:443", "?/admin", "\\admin", "/\\admin", "/%", "/%2", "/%zz", "/%u002e", "/%-1", "/a b", "/a\tb", "/<x>", "/\"", "/{a}",
            "/a^", "/a|b", "/a`", "/a#b", "/a?b#c", "/a?%zz", "/\x01", "/\x7f", "/\x80", "/\xff", "/\xc3\xa9", std::string("/a\0", 3), "http://hs.test/key",
            "https://", "https:///key", "https://hs.test", "https://hs.test?x", "https://u:p@hs.test/key", "https://hs.test@evil/key", "https://hs.test\\@evil/key",
            "ftp://hs.test/x", "file:///etc/passwd", "https:/hs.test/key",
        };
        for (const auto& target : targets) {
            const auto parsed = parse(target);
            CPPUNIT_ASSERT_MESSAGE(target, !parsed.ok());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(target, 400, parsed.refusal.status);
        }
        CPPUNIT_ASSERT_EQUAL(405, parse("*", "OPTIONS").refusal.status);
        CPPUNIT_ASSERT_EQUAL(405, parse("127.0.0.1:9090", "CONNECT").refusal.status);
        CPPUNIT_ASSERT_EQUAL(400, parse("hs.test", "CONNECT").refusal.status);
        CPPUNIT_ASSERT_EQUAL(400, parse("/key", "CONNECT").refusal.status);
    }

    void lengthsAreExact() {
        CPPUNIT_ASSERT(parse("/" + std::string(8191, 'a')).ok());
        CPPUNIT_ASSERT_EQUAL(414, parse("/" + std::string(8192, 'a')).refusal.status);
        CPPUNIT_ASSERT(parse("/?" + std::string(4096, 'a')).ok());
        CPPUNIT_ASSERT_EQUAL(414, parse("/?" + std::string(4097, 'a')).refusal.status);
    }

    void authorities() {
        for (const auto* good : {"a", "hs.test", "HS.TEST:8443", "127.0.0.1", "[::1]", "[::1]:8443", "a-b.c"}) CPPUNIT_ASSERT_MESSAGE(good, isAuthority(good));
        for (const auto* bad : {"", ":443", "a:", "a:x", "a:65536", "a:1:2", "[]", "[::1", "[::1]x", "[g::]", "a b", "a,b", "a_b", "a@b", "a#b", "a/b", "\xc3\xa9"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !isAuthority(bad));
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TargetTest);

}  // namespace masthead::edge::http1
