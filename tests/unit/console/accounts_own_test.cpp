#include "host/console/auth/accounts_own.hpp"

#include <atomic>
#include <thread>

#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {

class OwnAccountTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OwnAccountTest);
    CPPUNIT_TEST(aNewPasswordNeedsTheOldOneAndEndsTheOthers_AU07);
    CPPUNIT_TEST(othersMayBeKept);
    CPPUNIT_TEST(fiveWrongEndTheSession);
    CPPUNIT_TEST(theListIsOnesOwn_SE09);
    CPPUNIT_TEST(foreignSessionsReadLikeNone_SE22);
    CPPUNIT_TEST(allOthersEnd_SE08);
    CPPUNIT_TEST(preferencesLeaveTheRevision);
    CPPUNIT_TEST(steppingUpByPassword);
    CPPUNIT_TEST(invitationsWorkOnce);
    CPPUNIT_TEST(resetsEndSessionsAndDoNotSignIn_AU22);
    CPPUNIT_TEST(linksEnd_AU22);
    CPPUNIT_TEST(aWeakPasswordLeavesTheLink);
    CPPUNIT_TEST(twoAtOnceUseALinkOnce_AU22);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kFresh = "eleven green badgers whistle";
    World world;
    std::int64_t ada = 0;

public:
    void setUp() override { ada = world.account("ada@example.org"); }

private:
    std::string signIn(const std::string& password = kPassword) {
        return must(world.password_sign_in.attempt(world.request(), "ada@example.org", password, "")).session.token;
    }
    Request as(const std::string& token) {
        Request request = world.request();
        request.principal = must(world.sessions.authenticate(token));
        return request;
    }
    bool valid(const std::string& token) { return world.sessions.authenticate(token).ok(); }
    static std::string tokenOf(const IssuedLink& link) { return link.link.substr(link.link.find('#') + 1); }

    void aNewPasswordNeedsTheOldOneAndEndsTheOthers_AU07() {
        const std::string mine = signIn(), other = signIn();
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, world.own_account.changePassword(as(mine), "not this one", kFresh, false).error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("weak"), world.own_account.changePassword(as(mine), kPassword, "short", false).error().internal);
        CPPUNIT_ASSERT(valid(other));
        const auto changed = must(world.own_account.changePassword(as(mine), kPassword, kFresh, false));
        world.sign_in.announce(changed);
        CPPUNIT_ASSERT(!valid(other) && !valid(mine) && valid(changed.session.token));
        CPPUNIT_ASSERT(!world.password_sign_in.attempt(world.request(), "ada@example.org", kPassword, "").ok());
        signIn(kFresh);
        const std::string log = must(world.audit.list(20, 0)).dump();
        CPPUNIT_ASSERT(log.find("me.password") != std::string::npos && log.find("badgers") == std::string::npos);
    }
    void othersMayBeKept() {
        const std::string mine = signIn(), other = signIn();
        must(world.own_account.changePassword(as(mine), kPassword, kFresh, true));
        CPPUNIT_ASSERT(valid(other));
    }
    void fiveWrongEndTheSession() {
        const std::string mine = signIn();
        const Request request = as(mine);
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT(!world.own_account.stepUpByPassword(request, "wrong").ok());
        CPPUNIT_ASSERT(!valid(mine));
    }
    void theListIsOnesOwn_SE09() {
        const auto bob = world.account("bob@example.org");
        must(world.password_sign_in.attempt(world.request(), "bob@example.org", kPassword, ""));
        const std::string mine = signIn();
        signIn();
        const auto view = must(world.own_account.view(as(mine)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, view.sessions.size());
        for (const auto& session : view.sessions) CPPUNIT_ASSERT(session.account_id == ada && session.account_id != bob);
        CPPUNIT_ASSERT(view.password && view.password->secret.empty());
    }
    void foreignSessionsReadLikeNone_SE22() {
        world.account("bob@example.org");
        const auto bobs = must(world.password_sign_in.attempt(world.request(), "bob@example.org", kPassword, ""));
        const Request request = as(signIn());
        const auto foreign = world.own_account.revoke(request, bobs.session.handle).error();
        const auto missing = world.own_account.revoke(request, "AAAAAAAAAAAAAAAA").error();
        CPPUNIT_ASSERT(foreign.code == Code::NotFound && foreign.code == missing.code && foreign.message == missing.message);
        CPPUNIT_ASSERT(valid(bobs.session.token));
    }
    void allOthersEnd_SE08() {
        const std::string mine = signIn(), one = signIn(), two = signIn();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, must(world.own_account.revokeOthers(as(mine))));
        CPPUNIT_ASSERT(valid(mine) && !valid(one) && !valid(two));
    }
    void preferencesLeaveTheRevision() {
        const Request request = as(signIn());
        const auto before = must(world.accounts.find(ada)).account.revision;
        must(world.own_account.change(request, {{}, "zh-CN", "dark"}));
        const auto account = must(world.accounts.find(ada)).account;
        CPPUNIT_ASSERT(account.language == "zh-CN" && account.theme == "dark" && account.revision == before && account.name == "Somebody");
        must(world.own_account.change(request, {"Ada", {}, {}}));
        CPPUNIT_ASSERT(must(world.accounts.find(ada)).account.revision > before);
        CPPUNIT_ASSERT_EQUAL(std::string("dark"), must(world.accounts.find(ada)).account.theme);
    }
    void steppingUpByPassword() {
        const std::string mine = signIn();
        world.clock.advance(10 * 60 * 1000);
        const auto fresh = must(world.own_account.stepUpByPassword(as(mine), kPassword));
        CPPUNIT_ASSERT(!valid(mine));
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs(), as(fresh.session.token).principal.authenticated_at);
        CPPUNIT_ASSERT_EQUAL(Code::PermissionDenied, world.own_account.stepUpByCode(as(fresh.session.token), "123456").error().code);
    }
    void invitationsWorkOnce() {
        const auto made = must(world.accounts.create(world.byCommandLine(), {"eve@example.org", "Eve", "", {"viewer"}}));
        const std::string token = tokenOf(*made.invite);
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, token.size());
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs() + std::int64_t{24} * 60 * 60 * 1000, made.invite->expires_at);
        CPPUNIT_ASSERT_EQUAL(std::string("eve@example.org"), must(world.links.look(token)).email);
        const auto accepted = must(world.links.accept(world.request(), token, kFresh));
        CPPUNIT_ASSERT(accepted.signed_in && valid(accepted.signed_in->session.token));
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, world.links.accept(world.request(), token, kFresh).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.accounts.invite(world.byCommandLine(), made.id).error().code);
        CPPUNIT_ASSERT(must(readFile(world.dir.file("masthead.db-wal"))).find(token) == std::string::npos);
    }
    void resetsEndSessionsAndDoNotSignIn_AU22() {
        const std::string mine = signIn();
        const std::string token = tokenOf(must(world.accounts.startReset(world.byCommandLine(), ada)));
        CPPUNIT_ASSERT_MESSAGE("only its use changes anything", valid(mine));
        const auto accepted = must(world.links.accept(world.request(), token, kFresh));
        CPPUNIT_ASSERT(!accepted.signed_in.has_value());
        CPPUNIT_ASSERT(!valid(mine));
        signIn(kFresh);
    }
    void linksEnd_AU22() {
        const std::string first = tokenOf(must(world.accounts.startReset(world.byCommandLine(), ada)));
        const std::string second = tokenOf(must(world.accounts.startReset(world.byCommandLine(), ada)));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("a new one voids the old", Code::NotFound, world.links.look(first).error().code);
        world.clock.advance(15 * 60 * 1000 - 1);
        CPPUNIT_ASSERT(world.links.look(second).ok());
        world.clock.advance(1);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, world.links.look(second).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, world.links.accept(world.request(), second, kFresh).error().code);
        CPPUNIT_ASSERT_EQUAL(world.links.look(second).error().message, world.links.look("nonsense").error().message);
    }
    void aWeakPasswordLeavesTheLink() {
        const std::string token = tokenOf(must(world.accounts.startReset(world.byCommandLine(), ada)));
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, world.links.accept(world.request(), token, "passwordpassword").error().code);
        must(world.links.accept(world.request(), token, kFresh));
    }
    void twoAtOnceUseALinkOnce_AU22() {
        const std::string token = tokenOf(must(world.accounts.startReset(world.byCommandLine(), ada)));
        std::atomic<int> used{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i) threads.emplace_back([&] { used += world.links.accept(world.request(), token, kFresh).ok() ? 1 : 0; });
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(1, used.load());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OwnAccountTest);

}  // namespace masthead::console::auth
