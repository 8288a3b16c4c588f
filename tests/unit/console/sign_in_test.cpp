#include "host/console/auth/sign_in.hpp"

#include "host/console/auth/second_factors.hpp"
#include "host/console/store/account_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {
namespace {

/// A second factor whose right code is "right"; switched on and off by the test.
class FakeFactor final : public auth::SecondFactor {
public:
    explicit FakeFactor(std::string name, bool alone = true) : name_(std::move(name)), alone_(alone) {}
    std::string method() const override { return name_; }
    bool usable(store::Connection&, std::int64_t account) override { return owners.count(account) > 0; }
    bool standsAlone() const override { return alone_; }
    void describe(store::Connection&, std::int64_t account, Json& into) override { into.set(name_, owners.count(account) > 0); }
    bool removeAll(store::Transaction&, std::int64_t account) override { return owners.erase(account) > 0; }
    Result<bool> checkCode(store::Transaction&, std::int64_t, const std::string& code) override { return code == "right"; }
    std::set<std::int64_t> owners;

private:
    std::string name_;
    bool alone_;
};

}  // namespace

class SignInTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SignInTest);
    CPPUNIT_TEST(aPasswordAloneIsDone);
    CPPUNIT_TEST(aSecondFactorMakesItHalf);
    CPPUNIT_TEST(aPolicyMakesItEnrol);
    CPPUNIT_TEST(recoveryCodesAloneAreNoSecondFactor);
    CPPUNIT_TEST(aCompleteProofSkipsTheSecondFactor);
    CPPUNIT_TEST(eachStepHasANewCookie_SE02);
    CPPUNIT_TEST(fiveWrongEndTheHalfSession_TO07);
    CPPUNIT_TEST(aHundredWrongLockTheFactor_TO07);
    CPPUNIT_TEST(guessingWaitsAcrossHalfSessions_RC07);
    CPPUNIT_TEST(halfSessionsDoNotPushOutRealOnes);
    CPPUNIT_TEST(steppingUpIsFreshUnderTheSameEnd_SE26);
    CPPUNIT_TEST(anOpenStreamFollowsTheNewCookie);
    CPPUNIT_TEST(enrollingCompletesTheSession);
    CPPUNIT_TEST(stepUpMethodsFitTheAccount);
    CPPUNIT_TEST(aDisabledAccountCompletesNothing);
    CPPUNIT_TEST_SUITE_END();

    World world;
    FakeFactor totp{"totp"};
    FakeFactor recovery{"recovery", false};
    std::int64_t ada = 0;

public:
    void setUp() override {
        world.second_factors.add(totp);
        world.second_factors.add(recovery);
        ada = world.account("ada@example.org");
    }

private:
    auth::SignedIn first(auth::SignIn& sign_in, const auth::FirstProof& proof = {"password"}) {
        auth::SignedIn out;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            out = must(sign_in.first(transaction, world.request(), ada, proof));
            return {};
        }));
        sign_in.announce(out);
        return out;
    }
    auth::SignedIn first() { return first(world.sign_in); }
    Request as(const auth::SignedIn& signed_in) {
        Request request = world.request();
        request.principal = must(world.sessions.authenticate(signed_in.session.token));
        return request;
    }
    auth::SecondTry code(const std::string& text, const std::string& method = "totp") {
        return {method, [this, text, method](store::Transaction& transaction, std::int64_t account) {
                    return world.second_factors.find(method)->checkCode(transaction, account, text);
                }};
    }
    bool valid(const auth::SignedIn& signed_in) { return world.sessions.authenticate(signed_in.session.token).ok(); }
    std::string outcomes(const std::string& action) {
        std::string out;
        const Json records = must(world.audit.list(200, 0));
        for (const auto& record : records["records"].items()) {
            if (record.text("action") == action) out = record.text("outcome") + " " + out;
        }
        return out;
    }

    void aPasswordAloneIsDone() {
        const auto done = first();
        CPPUNIT_ASSERT(done.stage == SessionStage::Full && done.methods.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("success "), outcomes("session.create"));
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs(), must(world.accounts.find(ada)).account.last_sign_in);
    }
    void aSecondFactorMakesItHalf() {
        totp.owners = recovery.owners = {ada};
        const auto half = first();
        CPPUNIT_ASSERT(half.stage == SessionStage::Half);
        CPPUNIT_ASSERT(half.methods == std::vector<std::string>({"totp", "recovery"}));
        CPPUNIT_ASSERT(as(half).principal.stage == SessionStage::Half);
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, must(world.accounts.find(ada)).account.last_sign_in);
        world.clock.advance(auth::Sessions::kHalfMs);
        CPPUNIT_ASSERT(!valid(half));
    }
    void aPolicyMakesItEnrol() {
        auth::SignIn strict({*world.database, world.audit, world.sessions, world.second_factors, world.clock, true, {}});
        CPPUNIT_ASSERT(first(strict).stage == SessionStage::Enrol);
        CPPUNIT_ASSERT(first(strict, {"passkey", true}).stage == SessionStage::Full);
        totp.owners = {ada};
        CPPUNIT_ASSERT(first(strict).stage == SessionStage::Half);
    }
    void recoveryCodesAloneAreNoSecondFactor() {
        recovery.owners = {ada};
        CPPUNIT_ASSERT(first().stage == SessionStage::Full);
    }
    void aCompleteProofSkipsTheSecondFactor() {
        totp.owners = {ada};
        const auto done = first(world.sign_in, {"sso", true, {"work", "sub-1", "sid-1", ""}});
        CPPUNIT_ASSERT(done.stage == SessionStage::Full);
        CPPUNIT_ASSERT_EQUAL(std::string("sso"), as(done).principal.method);
    }
    void eachStepHasANewCookie_SE02() {
        totp.owners = {ada};
        const auto half = first();
        const auto full = must(world.sign_in.second(as(half), code("right")));
        world.sign_in.announce(full);
        CPPUNIT_ASSERT(half.session.token != full.session.token && half.session.handle != full.session.handle);
        CPPUNIT_ASSERT(!valid(half));
        const Principal principal = as(full).principal;
        CPPUNIT_ASSERT(principal.stage == SessionStage::Full);
        CPPUNIT_ASSERT_EQUAL(std::string("password+totp"), principal.method);
        CPPUNIT_ASSERT_EQUAL(std::string("success "), outcomes("session.second-factor"));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, world.sign_in.second(as(full), code("right")).error().code);
    }
    void fiveWrongEndTheHalfSession_TO07() {
        totp.owners = {ada};
        const auto half = first();
        const Request request = as(half);
        for (int i = 0; i < 4; ++i) CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, world.sign_in.second(request, code("wrong")).error().code);
        CPPUNIT_ASSERT(valid(half));
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, world.sign_in.second(request, code("wrong")).error().code);
        CPPUNIT_ASSERT(!valid(half));
        world.clock.advance(1000);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, world.sign_in.second(request, code("right")).error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("denied denied denied denied denied "), outcomes("session.second-factor"));
    }
    void aHundredWrongLockTheFactor_TO07() {
        totp.owners = recovery.owners = {ada};
        int wrong = 0;
        while (wrong < 100) {
            world.clock.advance(901 * 1000);
            auto half = first();
            auto tried = world.sign_in.second(as(half), code("wrong"));
            CPPUNIT_ASSERT(!tried);
            ++wrong;
            CPPUNIT_ASSERT_EQUAL(wrong == 100 ? std::size_t{1} : std::size_t{0}, world.told.size());
        }
        CPPUNIT_ASSERT_EQUAL(std::string("core.account.locked"), world.told[0].event);
        world.clock.advance(13 * 60 * 60 * 1000);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, world.sign_in.second(as(first()), code("right")).error().code);
        CPPUNIT_ASSERT(world.sign_in.second(as(first()), code("right", "recovery")).ok());
    }
    void guessingWaitsAcrossHalfSessions_RC07() {
        totp.owners = recovery.owners = {ada};
        const Request one = as(first());
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT(!world.sign_in.second(one, code("wrong")));
        const Request two = as(first());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, auth::SignIn::retryAfterMs(world.sign_in.second(two, code("wrong", "recovery")).error()));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1000}, auth::SignIn::retryAfterMs(world.sign_in.second(two, code("right")).error()));
        world.clock.advance(1000);
        CPPUNIT_ASSERT(world.sign_in.second(two, code("right")).ok());
    }
    void halfSessionsDoNotPushOutRealOnes() {
        const auto real = first();
        totp.owners = {ada};
        auth::SignedIn oldest = first();
        for (int i = 0; i < 10; ++i) {
            world.clock.advance(1000);
            static_cast<void>(first());
        }
        CPPUNIT_ASSERT(valid(real));
        CPPUNIT_ASSERT(!valid(oldest));
    }
    void steppingUpIsFreshUnderTheSameEnd_SE26() {
        const auto full = first();
        const std::int64_t began = world.clock.wallMs();
        world.clock.advance(10 * 60 * 1000);
        const auto wrong = world.sign_in.stepUp(as(full), code("wrong"));
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, wrong.error().code);
        const auto fresh = must(world.sign_in.stepUp(as(full), code("right")));
        world.sign_in.announce(fresh);
        CPPUNIT_ASSERT(!valid(full));
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs(), as(fresh).principal.authenticated_at);
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs() + 5 * 60 * 1000, fresh.fresh_until);
        while (world.clock.wallMs() < began + 12 * 60 * 60 * 1000 - 20 * 60 * 1000) {
            world.clock.advance(20 * 60 * 1000);
            CPPUNIT_ASSERT(valid(fresh));
        }
        world.clock.advance(20 * 60 * 1000);
        CPPUNIT_ASSERT(!valid(fresh));
    }
    void anOpenStreamFollowsTheNewCookie() {
        const auto full = first();
        const std::string hash = auth::Sessions::hashOf(full.session.token);
        const auto fresh = must(world.sign_in.stepUp(as(full), code("right")));
        world.sign_in.announce(fresh);
        const auto fresher = must(world.sign_in.stepUp(as(fresh), code("right")));
        world.sign_in.announce(fresher);
        CPPUNIT_ASSERT_EQUAL(fresher.session.handle, must(world.sessions.look(hash)).session_id);
        CPPUNIT_ASSERT_MESSAGE("a follower is for streams, not for requests", !valid(full));
    }
    void enrollingCompletesTheSession() {
        auth::SignIn strict({*world.database, world.audit, world.sessions, world.second_factors, world.clock, true, {}});
        const auto enrol = first(strict);
        const Request request = as(enrol);
        auth::SignedIn done;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            done = must(strict.enrolled(transaction, request));
            return {};
        }));
        strict.announce(done);
        CPPUNIT_ASSERT(!valid(enrol));
        CPPUNIT_ASSERT(as(done).principal.stage == SessionStage::Full);
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            CPPUNIT_ASSERT(must(strict.enrolled(transaction, as(done))).session.token.empty());
            return {};
        }));
        CPPUNIT_ASSERT(valid(done));
    }
    void stepUpMethodsFitTheAccount() {
        const auto password = as(first()).principal;
        const auto sso = as(first(world.sign_in, {"sso", true, {"work", "sub-1", "", ""}})).principal;
        CPPUNIT_ASSERT(must(world.sign_in.stepUpMethods(password)) == std::vector<std::string>({"password"}));
        CPPUNIT_ASSERT(must(world.sign_in.stepUpMethods(sso)) == std::vector<std::string>({"sso:work"}));
        totp.owners = recovery.owners = {ada};
        CPPUNIT_ASSERT(must(world.sign_in.stepUpMethods(password)) == std::vector<std::string>({"totp"}));
    }
    void aDisabledAccountCompletesNothing() {
        totp.owners = {ada};
        const Request request = as(first());
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            transaction.execute("UPDATE accounts SET disabled = 1 WHERE id = $1", {ada});
            return {};
        }));
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, world.sign_in.second(request, code("right")).error().code);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignInTest);

}  // namespace masthead::console
