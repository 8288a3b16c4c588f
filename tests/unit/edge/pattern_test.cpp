#include "host/edge/allowlist/pattern.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::edge::allowlist {

class PatternTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PatternTest);
    CPPUNIT_TEST(literalsMatchByteForByte);
    CPPUNIT_TEST(classesMatchWholeSegments);
    CPPUNIT_TEST(subpaths);
    CPPUNIT_TEST(wrongPatternsAreNamed);
    CPPUNIT_TEST_SUITE_END();

    static bool matches(const char* pattern, const std::string& path) {
        const auto compiled = Pattern::compile(pattern);
        CPPUNIT_ASSERT_MESSAGE(pattern, compiled.ok());
        return compiled->matches(path);
    }

    void literalsMatchByteForByte() {
        CPPUNIT_ASSERT(matches("/key", "/key"));
        for (const auto* other : {"/Key", "/key/", "//key", "/ke", "/keyx", "/%6bey", "/key;x", "/key.", "", "/"}) CPPUNIT_ASSERT_MESSAGE(other, !matches("/key", other));
    }

    void classesMatchWholeSegments() {
        const std::string id = "AbCdEfGhIjKlMnOpQrSt-_Wx";
        CPPUNIT_ASSERT(matches("/register/{auth_id}", "/register/hskey-authreq-" + id));
        CPPUNIT_ASSERT(matches("/register/confirm/{auth_id}", "/register/confirm/hskey-authreq-" + id));
        CPPUNIT_ASSERT(matches("/register/{auth_id_028}", "/register/" + id));
        CPPUNIT_ASSERT(!matches("/register/{auth_id_028}", "/register/hskey-authreq-" + id));
        for (const auto& bad : {id, "hskey-authreq-" + id + "x", "hskey-authreq-" + id.substr(1), "hskey-authreq-" + id.substr(1) + ".",
                                "hskey-authreq-" + id + "/", "HSKEY-authreq-" + id, std::string("..")}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !matches("/register/{auth_id}", "/register/" + bad));
        }
        CPPUNIT_ASSERT(matches("/apple/{platform}", "/apple/macos-app-store"));
        for (const std::string& bad : {std::string(), std::string("iOS"), std::string("ios9"), std::string("a/b"), std::string(33, 'a')}) CPPUNIT_ASSERT_MESSAGE(bad, !matches("/apple/{platform}", "/apple/" + bad));
        CPPUNIT_ASSERT(matches("/n/{id}/x", "/n/1234567890123456789/x"));
        for (const std::string bad : {"/n//x", "/n/12345678901234567890/x", "/n/-1/x", "/n/1/y", "/n/1", "/n/1/x/"}) CPPUNIT_ASSERT_MESSAGE(bad, !matches("/n/{id}/x", bad));
        CPPUNIT_ASSERT(matches("/t/{token}", "/t/" + std::string(128, 'a')));
        CPPUNIT_ASSERT(!matches("/t/{token}", "/t/" + std::string(129, 'a')));
        CPPUNIT_ASSERT(!matches("/t/{token}", "/t/a.b"));
    }

    void subpaths() {
        for (const std::string good : {"/admin/a", "/admin/a/b", "/admin/a/", "/admin/a.b_c~d@e:f-g", "/admin/..a/b", "/admin/.../b", "/admin/.git/HEAD"}) {
            CPPUNIT_ASSERT_MESSAGE(good, matches("/admin/{subpath}", good));
        }
        for (const std::string bad : {"/admin", "/admin/", "/admin//", "/admin//a", "/admin/a//b", "/admin/a//", "/admin/.", "/admin/..", "/admin/a/..", "/admin/../a", "/admin/./a",
                                      "/admin/a/.", "/admin/a/./", "/admin/%2e", "/admin/a;b", "/admin/a b", "/admin/a+b", "/Admin/a"}) {
            CPPUNIT_ASSERT_MESSAGE(bad, !matches("/admin/{subpath}", bad));
        }
        CPPUNIT_ASSERT(matches("/admin/{subpath}", "/admin/" + std::string(255, 'a')));
        CPPUNIT_ASSERT(!matches("/admin/{subpath}", "/admin/" + std::string(256, 'a')));
    }

    void wrongPatternsAreNamed() {
        for (const auto* bad : {"", "key", "/a b", "/{everything}", "/{id", "/a{id}", "/{id}b", "/{subpath}/x", "/a%41", "/\xc3\xa9", "/a{"}) {
            const auto compiled = Pattern::compile(bad);
            CPPUNIT_ASSERT_MESSAGE(bad, !compiled.ok());
            CPPUNIT_ASSERT_MESSAGE(compiled.error().message, compiled.error().message.find(bad) != std::string::npos);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PatternTest);

}  // namespace masthead::edge::allowlist
