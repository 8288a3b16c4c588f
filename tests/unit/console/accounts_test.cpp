#include "host/console/auth/accounts.hpp"

#include "tests/unit/console/world.hpp"

namespace masthead::console {

class AccountsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AccountsTest);
    CPPUNIT_TEST(signingInNeedsTheRightPassword);
    CPPUNIT_TEST(unknownAndWrongAreTheSameAnswer);
    CPPUNIT_TEST(anAddressIsTakenOnce);
    CPPUNIT_TEST(wrongFieldsAreNamed);
    CPPUNIT_TEST(aNewPasswordEndsTheSessions);
    CPPUNIT_TEST(theLastAdminStays);
    CPPUNIT_TEST(whatIsDoneIsRecordedWithoutSecrets);
    CPPUNIT_TEST(aWrongSetupTokenIsRecorded);
    CPPUNIT_TEST(aSignOutIsRecordedWithTheEndOfTheSession);
    CPPUNIT_TEST(aRoleNamedTwiceIsHeldOnce);
    CPPUNIT_TEST_SUITE_END();

    World world;

    Result<std::string> signIn(const std::string& email, const std::string& password = kPassword) {
        return world.accounts.signIn(world.request(), email, password);
    }

    void signingInNeedsTheRightPassword() {
        const auto id = world.account("ada@example.org");
        const std::string token = must(signIn("Ada@Example.org"));
        CPPUNIT_ASSERT_EQUAL("account:" + std::to_string(id), must(world.sessions.authenticate(token)).id);
        CPPUNIT_ASSERT(token != must(signIn("ada@example.org")));
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, signIn("ada@example.org", "seven purple otters jugglE").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, signIn("ada@example.org", "").error().code);
    }
    void unknownAndWrongAreTheSameAnswer() {
        world.account("ada@example.org");
        const Response wrong = problem(signIn("ada@example.org", "not this password").error(), "id");
        const Response unknown = problem(signIn("eve@example.org", "not this password").error(), "id");
        CPPUNIT_ASSERT_EQUAL(401, wrong.status);
        CPPUNIT_ASSERT_EQUAL(wrong.body, unknown.body);
        CPPUNIT_ASSERT(wrong.headers == unknown.headers);
    }
    void anAddressIsTakenOnce() {
        world.account("ada@example.org");
        auto again = world.accounts.create(world.request(), {"ADA@example.org", "Ada", kPassword, {"operator"}});
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, again.error().code);
    }
    void wrongFieldsAreNamed() {
        const auto names = [&](const auth::NewAccount& account) {
            std::string out;
            for (const auto& field : world.accounts.check(account)) out += field.path + " ";
            return out;
        };
        CPPUNIT_ASSERT_EQUAL(std::string(), names({"ada@example.org", "Ada", kPassword, {"admin"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("email name password roles "), names({"ada", " ", "short", {}}));
        CPPUNIT_ASSERT_EQUAL(std::string("roles "), names({"ada@example.org", "Ada", kPassword, {"emperor"}}));
        for (const char* email : {"@x", "x@", "a@b@c", "a b@c", "a\n@b", "<a@b>"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(email, std::string("email "), names({email, "Ada", kPassword, {"admin"}}));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("password "), names({"console@example.org", "Ada", "consoleconsole1!", {"admin"}}));
    }
    void aNewPasswordEndsTheSessions() {
        const auto id = world.account("ada@example.org");
        const std::string token = must(signIn("ada@example.org"));
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, world.accounts.setPassword(world.request(), id, "short").error().code);
        CPPUNIT_ASSERT(world.sessions.authenticate(token).ok());
        must(world.accounts.setPassword(world.request(), id, "eleven green badgers whistle"));
        CPPUNIT_ASSERT(!world.sessions.authenticate(token).ok());
        CPPUNIT_ASSERT(!signIn("ada@example.org").ok());
        CPPUNIT_ASSERT(signIn("ada@example.org", "eleven green badgers whistle").ok());
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, world.accounts.setPassword(world.request(), id + 1, "eleven green badgers whistle").error().code);
    }
    void theLastAdminStays() {
        const auto ada = world.account("ada@example.org");
        const auto olga = world.account("olga@example.org", {"operator"});
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.accounts.remove(world.request(), ada).error().code);
        const auto bob = world.account("bob@example.org");
        must(world.accounts.remove(world.request(), ada));
        must(world.accounts.remove(world.request(), olga));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.accounts.remove(world.request(), bob).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, world.accounts.remove(world.request(), ada).error().code);
        CPPUNIT_ASSERT(!signIn("ada@example.org").ok());
    }
    void whatIsDoneIsRecordedWithoutSecrets() {
        const auto id = world.account("ada@example.org");
        must(signIn("ada@example.org"));
        CPPUNIT_ASSERT(!signIn("ada@example.org", "a wrong password here").ok());
        CPPUNIT_ASSERT(!signIn("the password typed as address", "x").ok());
        must(world.accounts.setPassword(world.request(), id, "eleven green badgers whistle"));
        const std::string log = must(world.audit.list(100, 0)).dump();
        CPPUNIT_ASSERT_EQUAL(std::int64_t{5}, must(world.audit.verify()));
        for (const char* action : {"account.create", "session.create", "account.password"}) CPPUNIT_ASSERT_MESSAGE(action, log.find(action) != std::string::npos);
        for (const char* secret : {kPassword, "wrong password", "typed as address", "badgers", "argon2"}) {
            CPPUNIT_ASSERT_MESSAGE(secret, log.find(secret) == std::string::npos);
        }
    }
    void aWrongSetupTokenIsRecorded() {
        const std::string token = *must(world.setup.ensure());
        const auto tried = world.accounts.createFirst(world.request(), std::string(43, 'x'), {"ada@example.org", "Ada", kPassword, {}});
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, tried.error().code);
        const Json records = must(world.audit.list(10, 0))["records"];
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, records.items().size());
        CPPUNIT_ASSERT_EQUAL(std::string("setup.first-admin"), records.items()[0].text("action"));
        CPPUNIT_ASSERT_EQUAL(std::string("denied"), records.items()[0].text("outcome"));
        CPPUNIT_ASSERT(records.dump().find(token) == std::string::npos);
        CPPUNIT_ASSERT(world.accounts.createFirst(world.request(), token, {"ada@example.org", "Ada", kPassword, {}}).ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, must(world.audit.list(10, 0))["records"].items().size());
    }
    void aSignOutIsRecordedWithTheEndOfTheSession() {
        world.account("ada@example.org");
        const std::string token = must(signIn("ada@example.org"));
        Request request = world.request("DELETE", "/admin/api/v1/session");
        request.principal = must(world.sessions.authenticate(token));
        const auto rename = [&](const char* from_to) {
            must(world.database->write([&](store::Transaction& transaction) -> Status {
                transaction.execute(from_to == std::string("away") ? store::Sql("ALTER TABLE sessions RENAME TO sessions_elsewhere")
                                                                   : store::Sql("ALTER TABLE sessions_elsewhere RENAME TO sessions"));
                return {};
            }));
        };
        rename("away");
        CPPUNIT_ASSERT(!world.accounts.signOut(request).ok());
        rename("back");
        CPPUNIT_ASSERT(must(world.audit.list(10, 0)).dump().find("session.delete") == std::string::npos);
        must(world.accounts.signOut(request));
        CPPUNIT_ASSERT(must(world.audit.list(10, 0)).dump().find("session.delete") != std::string::npos);
        CPPUNIT_ASSERT(!world.sessions.authenticate(token).ok());
    }
    void aRoleNamedTwiceIsHeldOnce() {
        const auto id = world.account("ada@example.org", {"operator", "admin", "operator"});
        CPPUNIT_ASSERT(must(world.accounts.find(id)).roles == std::vector<std::string>({"admin", "operator"}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountsTest);

}  // namespace masthead::console
