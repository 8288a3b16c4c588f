#include "host/console/auth/setup_token.hpp"

#include <sys/stat.h>

#include "tests/unit/console/world.hpp"

namespace masthead::console {

class SetupTokenTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SetupTokenTest);
    CPPUNIT_TEST(isMadeOnceAndKeptOverARestart);
    CPPUNIT_TEST(makesTheFirstAdminOnce);
    CPPUNIT_TEST(wrongAndExpiredTokensAreRefused);
    CPPUNIT_TEST(anExpiredOneIsReplaced);
    CPPUNIT_TEST(aLostFileMeansANewToken);
    CPPUNIT_TEST(isVoidOnceAnAdminExists);
    CPPUNIT_TEST_SUITE_END();

    World world;

    std::string ensure() { return must(world.setup.ensure()).value_or(""); }
    Result<auth::SignedIn> use(const std::string& token, const std::string& email = "ada@example.org") {
        return world.accounts.createFirst(world.request(), token, {email, "Ada", kPassword, {}});
    }

    void isMadeOnceAndKeptOverARestart() {
        const std::string token = ensure();
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, token.size());
        struct stat info {};
        CPPUNIT_ASSERT_EQUAL(0, ::stat(world.dir.file("setup-token").c_str(), &info));
        CPPUNIT_ASSERT_EQUAL(0600, static_cast<int>(info.st_mode & 07777));
        auth::SetupToken again(*world.database, world.clock, world.dir.file("setup-token"), 30 * 60 * 1000);
        CPPUNIT_ASSERT_EQUAL(token, must(again.ensure()).value_or(""));
        CPPUNIT_ASSERT(must(readFile(world.dir.file("masthead.db-wal"))).find(token) == std::string::npos);
    }
    void makesTheFirstAdminOnce() {
        const std::string token = ensure();
        const std::string session = must(use(token)).session.token;
        CPPUNIT_ASSERT(must(world.sessions.authenticate(session)).can("core.admins.manage"));
        CPPUNIT_ASSERT(!fileExists(world.dir.file("setup-token")));
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, use(token, "eve@example.org").error().code);
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, must(world.accounts.list()).size());
    }
    void wrongAndExpiredTokensAreRefused() {
        const std::string token = ensure();
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, use("").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, use(token + "x").error().code);
        world.clock.advance(30 * 60 * 1000);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, use(token).error().code);
        CPPUNIT_ASSERT(must(world.accounts.list()).empty());
    }
    void anExpiredOneIsReplaced() {
        const std::string token = ensure();
        world.clock.advance(30 * 60 * 1000 - 1);
        CPPUNIT_ASSERT_EQUAL(token, ensure());
        world.clock.advance(1);
        const std::string next = ensure();
        CPPUNIT_ASSERT(next != token && !next.empty());
        CPPUNIT_ASSERT_EQUAL(next + "\n", must(readFile(world.dir.file("setup-token"))));
        CPPUNIT_ASSERT(use(next).ok());
    }
    void aLostFileMeansANewToken() {
        const std::string token = ensure();
        CPPUNIT_ASSERT_EQUAL(0, ::unlink(world.dir.file("setup-token").c_str()));
        CPPUNIT_ASSERT(ensure() != token);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, use(token).error().code);
    }
    void isVoidOnceAnAdminExists() {
        const std::string token = ensure();
        world.account("cli@example.org");
        CPPUNIT_ASSERT(!fileExists(world.dir.file("setup-token")));
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, use(token).error().code);
        CPPUNIT_ASSERT_EQUAL(std::string(), ensure());
        CPPUNIT_ASSERT(!must(world.accounts.setupNeeded()));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SetupTokenTest);

}  // namespace masthead::console
