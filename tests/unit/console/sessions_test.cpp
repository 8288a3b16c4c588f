#include "host/console/auth/sessions.hpp"

#include "host/console/store/account_store.hpp"
#include "host/console/store/session_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class SessionsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SessionsTest);
    CPPUNIT_TEST(aSessionIsItsAccountWithItsRoles);
    CPPUNIT_TEST(onlyTheHashIsStored);
    CPPUNIT_TEST(idleSessionsEnd);
    CPPUNIT_TEST(useKeepsASessionUpToTheAbsoluteLimit);
    CPPUNIT_TEST(lookingDoesNotKeepASession);
    CPPUNIT_TEST(loweredRolesActOnTheNextRequest);
    CPPUNIT_TEST(aDisabledAccountIsOutAtOnce);
    CPPUNIT_TEST(revokedSessionsAreAnnounced);
    CPPUNIT_TEST(theEleventhSessionPushesOutTheOldest);
    CPPUNIT_TEST(nonsenseIsNobody);
    CPPUNIT_TEST(csrfTokensBelongToOneSession);
    CPPUNIT_TEST_SUITE_END();

    World world;

    std::string open(std::int64_t account) {
        std::string token;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            token = world.sessions.create(transaction, {account}, world.request()).token;
            return {};
        }));
        return token;
    }
    bool valid(const std::string& token) { return world.sessions.authenticate(token).ok(); }

    void aSessionIsItsAccountWithItsRoles() {
        const auto id = world.account("ada@example.org");
        const Principal principal = must(world.sessions.authenticate(open(id)));
        CPPUNIT_ASSERT_EQUAL("account:" + std::to_string(id), principal.id);
        CPPUNIT_ASSERT_EQUAL(std::string("ada@example.org"), principal.email);
        CPPUNIT_ASSERT(principal.can("core.admins.manage"));
        CPPUNIT_ASSERT_EQUAL(std::string("password"), principal.method);
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs(), principal.authenticated_at);
    }
    void onlyTheHashIsStored() {
        const std::string token = open(world.account("ada@example.org"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, token.size());
        for (const char* name : {"masthead.db", "masthead.db-wal"}) {
            CPPUNIT_ASSERT(must(readFile(world.dir.file(name))).find(token) == std::string::npos);
        }
        CPPUNIT_ASSERT(must(readFile(world.dir.file("masthead.db-wal"))).find(auth::Sessions::hashOf(token)) != std::string::npos);
    }
    void idleSessionsEnd() {
        const std::string token = open(world.account("ada@example.org"));
        world.clock.advance(30 * 60 * 1000 - 1);
        CPPUNIT_ASSERT(world.sessions.look(auth::Sessions::hashOf(token)).ok());
        world.clock.advance(1);
        CPPUNIT_ASSERT(!valid(token));
    }
    void useKeepsASessionUpToTheAbsoluteLimit() {
        const std::string token = open(world.account("ada@example.org"));
        for (int i = 0; i < 35; ++i) {
            world.clock.advance(20 * 60 * 1000);
            CPPUNIT_ASSERT_MESSAGE(std::to_string(i), valid(token));
        }
        world.clock.advance(20 * 60 * 1000);
        CPPUNIT_ASSERT(!valid(token));
    }
    void lookingDoesNotKeepASession() {
        const std::string hash = auth::Sessions::hashOf(open(world.account("ada@example.org")));
        world.clock.advance(20 * 60 * 1000);
        CPPUNIT_ASSERT(world.sessions.look(hash).ok());
        world.clock.advance(10 * 60 * 1000);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, world.sessions.look(hash).error().code);
    }
    void loweredRolesActOnTheNextRequest() {
        const auto id = world.account("ada@example.org");
        const std::string token = open(id);
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            transaction.execute("UPDATE account_roles SET role = 'operator' WHERE account_id = $1", {id});
            return {};
        }));
        const Principal principal = must(world.sessions.authenticate(token));
        CPPUNIT_ASSERT(!principal.can("core.admins.manage"));
        CPPUNIT_ASSERT(principal.can("core.status.read"));
    }
    void aDisabledAccountIsOutAtOnce() {
        const auto id = world.account("ada@example.org");
        const std::string token = open(id);
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            transaction.execute("UPDATE accounts SET disabled = 1 WHERE id = $1", {id});
            return {};
        }));
        CPPUNIT_ASSERT(!valid(token));
    }
    void revokedSessionsAreAnnounced() {
        const std::string token = open(world.account("ada@example.org"));
        const std::string other = open(world.account("bob@example.org"));
        const Principal principal = must(world.sessions.authenticate(token));
        const auto reader = world.events.subscribe();
        const auto version = world.sessions.version();
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            world.sessions.revoke(transaction, principal.session_id);
            return {};
        }));
        world.sessions.announce({principal.session_id});
        CPPUNIT_ASSERT(!valid(token));
        CPPUNIT_ASSERT(valid(other));
        CPPUNIT_ASSERT(world.sessions.version() > version);
        const auto event = reader->next(0);
        CPPUNIT_ASSERT(event && event->type == "session.revoked" && event->session_id == principal.session_id);
    }
    void theEleventhSessionPushesOutTheOldest() {
        const auto id = world.account("ada@example.org");
        std::vector<std::string> tokens;
        for (int i = 0; i < 11; ++i) {
            tokens.push_back(open(id));
            world.clock.advance(1000);
        }
        CPPUNIT_ASSERT(!valid(tokens[0]));
        for (std::size_t i = 1; i < tokens.size(); ++i) CPPUNIT_ASSERT(valid(tokens[i]));
    }
    void nonsenseIsNobody() {
        const std::string token = open(world.account("ada@example.org"));
        for (const std::string& text : {std::string(), std::string("x"), std::string(43, 'A'), auth::Sessions::hashOf(token), token + "A"}) {
            CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, world.sessions.authenticate(text).error().code);
        }
    }
    void csrfTokensBelongToOneSession() {
        const std::string one = world.csrf.token("one");
        CPPUNIT_ASSERT(world.csrf.valid("one", one));
        CPPUNIT_ASSERT(!world.csrf.valid("two", one));
        CPPUNIT_ASSERT(!world.csrf.valid("one", ""));
        CPPUNIT_ASSERT(!world.csrf.valid("", world.csrf.token("")));
        CPPUNIT_ASSERT(auth::Csrf(must(store::Sealer::open(*world.database, world.clock, world.dir.file("keys/master.key"))).derive("csrf")).valid("one", one));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionsTest);

}  // namespace masthead::console
