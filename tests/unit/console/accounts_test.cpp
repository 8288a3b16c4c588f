#include "host/console/auth/accounts.hpp"

#include <atomic>
#include <thread>

#include "host/console/http/etag.hpp"
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
    CPPUNIT_TEST(theLastAdminIsNotDemotedOrDisabled_RBE);
    CPPUNIT_TEST(oneOfTwoRacingDemotionsFails_RBE);
    CPPUNIT_TEST(anInvitedAdminIsNoAdminYet_RBE);
    CPPUNIT_TEST(disablingEndsSessionsAndLinks_SE05);
    CPPUNIT_TEST(aChangeNeedsTheRevisionItSaw);
    CPPUNIT_TEST(nobodyManagesWhoMayDoMore_RBD);
    CPPUNIT_TEST(resettingFactorsTellsAndEnds);
    CPPUNIT_TEST_SUITE_END();

    World world;

    Result<std::string> signIn(const std::string& email, const std::string& password = kPassword) {
        auto signed_in = world.password_sign_in.attempt(world.request(), email, password, "");
        if (!signed_in) return std::move(signed_in).error();
        return signed_in->session.token;
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
        auto again = world.accounts.create(world.byCommandLine(), {"ADA@example.org", "Ada", kPassword, {"operator"}});
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
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, world.accounts.setPassword(world.byCommandLine(), id, "short").error().code);
        CPPUNIT_ASSERT(world.sessions.authenticate(token).ok());
        must(world.accounts.setPassword(world.byCommandLine(), id, "eleven green badgers whistle"));
        CPPUNIT_ASSERT(!world.sessions.authenticate(token).ok());
        CPPUNIT_ASSERT(!signIn("ada@example.org").ok());
        CPPUNIT_ASSERT(signIn("ada@example.org", "eleven green badgers whistle").ok());
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, world.accounts.setPassword(world.byCommandLine(), id + 1, "eleven green badgers whistle").error().code);
    }
    void theLastAdminStays() {
        const auto ada = world.account("ada@example.org");
        const auto olga = world.account("olga@example.org", {"operator"});
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.accounts.remove(world.byCommandLine(), ada).error().code);
        const auto bob = world.account("bob@example.org");
        must(world.accounts.remove(world.byCommandLine(), ada));
        must(world.accounts.remove(world.byCommandLine(), olga));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.accounts.remove(world.byCommandLine(), bob).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, world.accounts.remove(world.byCommandLine(), ada).error().code);
        CPPUNIT_ASSERT(!signIn("ada@example.org").ok());
    }
    void whatIsDoneIsRecordedWithoutSecrets() {
        const auto id = world.account("ada@example.org");
        must(signIn("ada@example.org"));
        CPPUNIT_ASSERT(!signIn("ada@example.org", "a wrong password here").ok());
        CPPUNIT_ASSERT(!signIn("the password typed as address", "x").ok());
        must(world.accounts.setPassword(world.byCommandLine(), id, "eleven green badgers whistle"));
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
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, must(world.audit.list(10, 0))["records"].items().size());
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
        CPPUNIT_ASSERT(must(world.accounts.find(id)).account.roles == std::vector<std::string>({"admin", "operator"}));
    }

    Status change(std::int64_t id, const auth::AccountChange& change, Request request) {
        request.headers["if-match"] = "*";
        IfMatch match(request);
        return world.accounts.change(request, id, change, match);
    }
    Status change(std::int64_t id, const auth::AccountChange& what) { return change(id, what, world.byCommandLine()); }

    void theLastAdminIsNotDemotedOrDisabled_RBE() {
        const auto ada = world.account("ada@example.org");
        const auto bob = world.account("bob@example.org");
        must(change(bob, {{}, {{"operator"}}, {}}));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, change(ada, {{}, {{"operator"}}, {}}).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, change(ada, {{}, {}, true}).error().code);
        must(change(bob, {{}, {{"admin"}}, true}));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a disabled admin does not count", Code::FailedPrecondition, world.accounts.remove(world.byCommandLine(), ada).error().code);
        must(change(bob, {{}, {}, false}));
        must(change(ada, {{}, {{"operator", "viewer"}}, {}}));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.accounts.remove(world.byCommandLine(), bob).error().code);
    }
    void oneOfTwoRacingDemotionsFails_RBE() {
        for (int round = 0; round < 10; ++round) {
            const auto ada = world.account("ada" + std::to_string(round) + "@example.org");
            const auto bob = world.account("bob" + std::to_string(round) + "@example.org");
            std::atomic<int> done{0};
            std::thread one([&] { done += change(ada, {{}, {{"viewer"}}, {}}).ok() ? 1 : 0; });
            std::thread two([&] { done += change(bob, {{}, {{"viewer"}}, {}}).ok() ? 1 : 0; });
            one.join();
            two.join();
            // The survivor of the round before is an admin too.
            CPPUNIT_ASSERT_EQUAL(round == 0 ? 1 : 2, done.load());
            if (round > 0) {
                must(change(ada, {{}, {{"admin"}}, {}}));
                must(change(bob, {{}, {{"admin"}}, {}}));
            }
            for (const auto& view : must(world.accounts.list())) {
                if (view.account.id != ada && view.account.id != bob) static_cast<void>(world.accounts.remove(world.byCommandLine(), view.account.id));
            }
            std::atomic<int> alone{0};
            std::vector<std::int64_t> admins;
            for (const auto& view : must(world.accounts.list())) {
                if (view.account.roles == std::vector<std::string>({"admin"})) admins.push_back(view.account.id);
            }
            std::vector<std::thread> racers;
            for (const auto id : admins) racers.emplace_back([&, id] { alone += world.accounts.remove(world.byCommandLine(), id).ok() ? 1 : 0; });
            for (auto& racer : racers) racer.join();
            CPPUNIT_ASSERT_EQUAL(static_cast<int>(admins.size()) - 1, alone.load());
        }
    }
    void anInvitedAdminIsNoAdminYet_RBE() {
        const auto ada = world.account("ada@example.org");
        const auto made = must(world.accounts.create(world.byCommandLine(), {"eve@example.org", "Eve", "", {"admin"}}));
        CPPUNIT_ASSERT(made.invite.has_value() && must(world.accounts.find(made.id)).invited);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.accounts.remove(world.byCommandLine(), ada).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, signIn("eve@example.org", "").error().code);
    }
    void disablingEndsSessionsAndLinks_SE05() {
        world.account("ada@example.org");
        const auto bob = world.account("bob@example.org", {"operator"});
        const std::string token = must(signIn("bob@example.org"));
        const std::string link = must(world.accounts.startReset(world.byCommandLine(), bob)).link;
        const auto reader = world.events.subscribe();
        must(change(bob, {{}, {}, true}));
        CPPUNIT_ASSERT(!world.sessions.authenticate(token).ok());
        CPPUNIT_ASSERT(reader->next(0)->type == "session.revoked");
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, world.links.look(link.substr(link.find('#') + 1)).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, signIn("bob@example.org").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.accounts.startReset(world.byCommandLine(), bob).error().code);
        must(change(bob, {{}, {}, false}));
        CPPUNIT_ASSERT_MESSAGE("old sessions stay dead", !world.sessions.authenticate(token).ok());
        must(signIn("bob@example.org"));
    }
    void aChangeNeedsTheRevisionItSaw() {
        const auto ada = world.account("ada@example.org");
        Request request = world.byCommandLine();
        request.headers["if-match"] = etagOf(must(world.accounts.find(ada)).account.revision);
        IfMatch first(request), second(request);
        must(world.accounts.change(request, ada, {"Ada L.", {}, {}}, first));
        CPPUNIT_ASSERT(!world.accounts.change(request, ada, {"Ada K.", {}, {}}, second));
        CPPUNIT_ASSERT(second.stale());
        CPPUNIT_ASSERT_EQUAL(std::string("Ada L."), must(world.accounts.find(ada)).account.name);
    }
    void nobodyManagesWhoMayDoMore_RBD() {
        const auto ada = world.account("ada@example.org");
        const auto olga = world.account("olga@example.org", {"viewer"});
        Request helper = world.request();
        helper.principal.id = "account:99";
        helper.principal.permissions = world.catalogue.permissionsOf({"viewer"});
        helper.principal.permissions.insert("core.admins.manage");
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, world.accounts.startReset(helper, ada).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, world.accounts.resetFactors(helper, ada).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, world.accounts.revokeSessions(helper, ada).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, world.accounts.remove(helper, ada).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, change(ada, {"x", {}, {}}, helper).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, change(olga, {{}, {{"admin"}}, {}}, helper).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, world.accounts.create(helper, {"eve@example.org", "Eve", "", {"admin"}}).error().code);
        must(world.accounts.startReset(helper, olga));
    }
    void resettingFactorsTellsAndEnds() {
        world.account("ada@example.org");
        const auto bob = world.account("bob@example.org", {"operator"});
        const std::string token = must(signIn("bob@example.org"));
        CPPUNIT_ASSERT(must(world.accounts.resetFactors(world.byCommandLine(), bob)).empty());
        CPPUNIT_ASSERT(!world.sessions.authenticate(token).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("core.account.factors-reset"), world.told.back().event);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountsTest);

}  // namespace masthead::console
