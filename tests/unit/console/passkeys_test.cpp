// Passkeys in the database: enrolling, signing in, completing, stepping up, removing. WA-03, WA-05, WA-33 to WA-36 and WA-38
// to WA-46 where they need accounts and sessions; the software authenticator plays the device.
#include "host/console/auth/webauthn/passkeys.hpp"

#include "host/console/auth/recovery_factor.hpp"
#include "host/console/store/account_store.hpp"
#include "host/console/store/passkey_store.hpp"
#include "tests/support/software_authenticator.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

using auth::webauthn::Asked;
using auth::webauthn::Passkeys;
using testing::SoftPasskey;

class PasskeysTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PasskeysTest);
    CPPUNIT_TEST(enrolAndSignInWithoutAName);
    CPPUNIT_TEST(severalPasskeysNamedAndDated);
    CPPUNIT_TEST(enrollingCompletesAnEnrolSession);
    CPPUNIT_TEST(aPasskeyCompletesAPasswordSignIn);
    CPPUNIT_TEST(steppingUp);
    CPPUNIT_TEST(wa02ChallengesOfOtherSessions);
    CPPUNIT_TEST(wa03ReplayIsRefused);
    CPPUNIT_TEST(wa05ChallengesOfOtherCeremonies);
    CPPUNIT_TEST(wa34And36RegressionLocksAndAlerts);
    CPPUNIT_TEST(wa38PasskeysOfOtherAccounts);
    CPPUNIT_TEST(wa39UserHandleMismatch);
    CPPUNIT_TEST(wa40CredentialKnownAlready);
    CPPUNIT_TEST(wa42TheLastWayInStays);
    CPPUNIT_TEST(wa42TheLastSecondFactorStaysWhenThePolicyWantsOne);
    CPPUNIT_TEST(wa43RemovedPasskeys);
    CPPUNIT_TEST(wa44DisabledAndDeletedAccounts);
    CPPUNIT_TEST(wa45ThePublicUrlChanged);
    CPPUNIT_TEST(wa46CeremoniesInParallelTabs);
    CPPUNIT_TEST(fiveWrongEndTheHalfSession);
    CPPUNIT_TEST(othersCannotTouchMine);
    CPPUNIT_TEST(atMostTwenty);
    CPPUNIT_TEST(addressesCannotCarryPasskeys);
    CPPUNIT_TEST(anAdminsResetRemovesAll);
    CPPUNIT_TEST(theFirstFactorBringsRecoveryCodes);
    CPPUNIT_TEST_SUITE_END();

    const std::string origin = "https://console.example.org";
    World world;
    std::unique_ptr<Passkeys> passkeys = made(origin, world.sign_in);
    std::int64_t ada = 0;
    std::string ada_session;

    std::unique_ptr<Passkeys> made(const std::string& url, auth::SignIn& sign_in) {
        return std::make_unique<Passkeys>(Passkeys::Parts{*world.database, world.audit, sign_in, world.second_factors, world.clock, url});
    }

public:
    void setUp() override {
        world.second_factors.add(*passkeys);
        ada = world.account("ada@example.org");
        ada_session = signedIn(ada);
    }

private:
    std::string signedIn(std::int64_t account, SessionStage stage = SessionStage::Full) {
        std::string token;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            token = world.sessions.create(transaction, {account, stage, "password", {}}, world.request()).token;
            return {};
        }));
        return token;
    }
    Request as(const std::string& token) {
        Request request = world.request();
        request.principal = must(world.sessions.authenticate(token));
        return request;
    }
    /// What a right password leads to.
    auth::SignedIn byPassword() {
        auth::SignedIn out;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            out = must(world.sign_in.first(transaction, world.request(), ada, {"password"}));
            return {};
        }));
        return out;
    }
    store::PasskeyRow enrol(const std::string& token, SoftPasskey& device, const std::string& name = "laptop") {
        const Asked asked = must(passkeys->beginEnrolment(as(token)));
        return must(passkeys->enrol(as(token), asked.ceremony, name, device.create(asked.options, origin).json())).passkey;
    }
    Result<auth::SignedIn> signIn(SoftPasskey& device) {
        const Asked asked = must(passkeys->beginSignIn(world.request()));
        return passkeys->signIn(world.request(), asked.ceremony, device.answer(asked.options, origin).json());
    }
    store::PasskeyRow stored(std::int64_t id) {
        std::optional<store::PasskeyRow> row;
        must(world.database->read([&](store::Connection& connection) -> Status {
            row = store::PasskeyStore::find(connection, id);
            return {};
        }));
        CPPUNIT_ASSERT(row.has_value());
        return *row;
    }
    /// The newest audit record of an action.
    Json recorded(const std::string& action) {
        const Json records = must(world.audit.list(200, 0));
        for (const auto& record : records["records"].items()) {
            if (record.text("action") == action) return record;
        }
        return {};
    }
    template <typename T>
    void refused(const Result<T>& result, const std::string& reason, Code code = Code::Unauthenticated) {
        CPPUNIT_ASSERT_MESSAGE("accepted, but should be refused: " + reason, !result.ok());
        CPPUNIT_ASSERT_EQUAL(code, result.error().code);
        const std::string said = result.error().message + " / " + recorded("session.create").dump() + recorded("session.second-factor").dump() + recorded("session.step-up").dump();
        CPPUNIT_ASSERT_MESSAGE("'" + reason + "' is not in: " + said, said.find(reason) != std::string::npos);
    }
    void write(const std::function<void(store::Transaction&)>& change) {
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            change(transaction);
            return {};
        }));
    }

    void enrolAndSignInWithoutAName() {
        SoftPasskey device;
        const auto passkey = enrol(ada_session, device);
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, device.user_handle.size());
        CPPUNIT_ASSERT_EQUAL(std::string("success"), recorded("passkey.create").text("outcome"));
        CPPUNIT_ASSERT_EQUAL(std::string("core.passkey.added"), world.told.back().event);
        const auto session = must(signIn(device));
        CPPUNIT_ASSERT_EQUAL(ada, session.account);
        CPPUNIT_ASSERT(session.stage == SessionStage::Full);
        const auto principal = must(world.sessions.authenticate(session.session.token));
        CPPUNIT_ASSERT_EQUAL(std::string("passkey"), principal.method);
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs(), stored(passkey.id).last_used);
        CPPUNIT_ASSERT_EQUAL(std::string("ada@example.org"), recorded("session.create").text("principal"));
        CPPUNIT_ASSERT_EQUAL(std::string("success"), recorded("session.create").text("outcome"));
    }
    void severalPasskeysNamedAndDated() {
        SoftPasskey laptop, phone;
        phone.key = testing::SoftKey::ed25519();
        phone.extra_flags = testing::flag::kBackupEligible | testing::flag::kBackedUp;
        const auto first = enrol(ada_session, laptop), second = enrol(ada_session, phone, " My phone ");
        const Asked again = must(passkeys->beginEnrolment(as(ada_session)));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, again.options["excludeCredentials"].items().size());
        CPPUNIT_ASSERT_EQUAL(std::string("Work phone"), must(passkeys->rename(as(ada_session), second.id, "Work phone")).name);
        must(signIn(phone));
        Json factors;
        must(world.database->read([&](store::Connection& connection) -> Status {
            factors = world.second_factors.describe(connection, ada);
            return {};
        }));
        const auto& list = factors["passkeys"].items();
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, list.size());
        CPPUNIT_ASSERT_EQUAL(std::to_string(first.id), list[0].text("id"));
        CPPUNIT_ASSERT(list[0]["last_used"].isNull() && !list[0]["backed_up"].asBool());
        CPPUNIT_ASSERT_EQUAL(std::string("Work phone"), list[1].text("name"));
        CPPUNIT_ASSERT(list[1]["last_used"].isString() && list[1]["backed_up"].asBool() && !list[1]["locked"].asBool());
        for (const char* name : {"", "  ", "a\nb", "\xff", "12345678901234567890123456789012345678901234567890123456789012345"}) {
            CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, passkeys->rename(as(ada_session), second.id, name).error().code);
        }
    }
    void enrollingCompletesAnEnrolSession() {
        const std::string token = signedIn(ada, SessionStage::Enrol);
        const Asked asked = must(passkeys->beginEnrolment(as(token)));
        SoftPasskey device;
        const auto done = must(passkeys->enrol(as(token), asked.ceremony, "key", device.create(asked.options, origin).json()));
        CPPUNIT_ASSERT(must(world.sessions.authenticate(done.signed_in.session.token)).stage == SessionStage::Full);
        CPPUNIT_ASSERT(!world.sessions.authenticate(token).ok());
    }
    void aPasskeyCompletesAPasswordSignIn() {
        SoftPasskey device;
        enrol(ada_session, device);
        const auto half = byPassword();
        CPPUNIT_ASSERT(half.stage == SessionStage::Half);
        CPPUNIT_ASSERT(half.methods == std::vector<std::string>{"passkey"});
        const Request request = as(half.session.token);
        const Asked asked = must(passkeys->beginSecond(request));
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, asked.options["allowCredentials"].items().size());
        auto use = device.use(asked.options, origin);
        use.user_handle.clear();  // security keys leave it out when they are told which credential to use
        use.sign(device.key);
        const auto full = must(passkeys->second(request, asked.ceremony, use.json()));
        CPPUNIT_ASSERT_EQUAL(std::string("password+passkey"), must(world.sessions.authenticate(full.session.token)).method);
        CPPUNIT_ASSERT(!world.sessions.authenticate(half.session.token).ok());
    }
    void steppingUp() {
        SoftPasskey device;
        enrol(ada_session, device);
        world.clock.advance(10 * 60 * 1000);
        const Request before = as(ada_session);
        CPPUNIT_ASSERT(world.clock.wallMs() - before.principal.authenticated_at >= kStepUpMs);
        const Asked asked = must(passkeys->beginStepUp(before));
        const auto fresh = must(passkeys->stepUp(before, asked.ceremony, device.answer(asked.options, origin).json()));
        CPPUNIT_ASSERT_EQUAL(world.clock.wallMs(), must(world.sessions.authenticate(fresh.session.token)).authenticated_at);
        CPPUNIT_ASSERT_EQUAL(std::string("success"), recorded("session.step-up").text("outcome"));
        CPPUNIT_ASSERT(must(world.sign_in.stepUpMethods(before.principal)) == std::vector<std::string>{"passkey"});
    }
    void wa02ChallengesOfOtherSessions() {
        SoftPasskey device;
        enrol(ada_session, device);
        world.clock.advance(1);
        const std::string other = signedIn(ada);
        const Asked asked = must(passkeys->beginStepUp(as(ada_session)));
        refused(passkeys->stepUp(as(other), asked.ceremony, device.answer(asked.options, origin).json()), "expired", Code::FailedPrecondition);
        // The right handle with the answer to another challenge.
        const Asked first = must(passkeys->beginSignIn(world.request())), second = must(passkeys->beginSignIn(world.request()));
        refused(passkeys->signIn(world.request(), first.ceremony, device.answer(second.options, origin).json()), "another challenge");
    }
    void wa03ReplayIsRefused() {
        SoftPasskey device;
        enrol(ada_session, device);
        const Asked asked = must(passkeys->beginSignIn(world.request()));
        const Json answer = device.answer(asked.options, origin).json();
        must(passkeys->signIn(world.request(), asked.ceremony, answer));
        refused(passkeys->signIn(world.request(), asked.ceremony, answer), "expired", Code::FailedPrecondition);
        const Asked next = must(passkeys->beginSignIn(world.request()));
        refused(passkeys->signIn(world.request(), next.ceremony, answer), "another challenge");
    }
    void wa05ChallengesOfOtherCeremonies() {
        SoftPasskey device;
        enrol(ada_session, device);
        const Asked registration = must(passkeys->beginEnrolment(as(ada_session)));
        refused(passkeys->signIn(world.request(), registration.ceremony, device.answer(registration.options, origin).json()), "expired", Code::FailedPrecondition);
        const Asked step_up = must(passkeys->beginStepUp(as(ada_session)));
        refused(passkeys->signIn(world.request(), step_up.ceremony, device.answer(step_up.options, origin).json()), "expired", Code::FailedPrecondition);
        const Asked sign_in = must(passkeys->beginSignIn(world.request()));
        SoftPasskey other;
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition,
                             passkeys->enrol(as(ada_session), sign_in.ceremony, "x", other.create(registration.options, origin).json()).error().code);
    }
    void wa34And36RegressionLocksAndAlerts() {
        for (const std::uint32_t copy : {std::uint32_t{0}, std::uint32_t{3}, std::uint32_t{2}}) {  // zero, equal, lower once signed
            SoftPasskey device;
            device.counts = true;
            const auto passkey = enrol(ada_session, device);
            must(signIn(device));
            must(signIn(device));
            CPPUNIT_ASSERT_EQUAL(std::uint32_t{3}, stored(passkey.id).sign_count);
            const Asked asked = must(passkeys->beginSignIn(world.request()));
            auto use = device.use(asked.options, origin);
            use.authenticator.sign_count = copy;
            use.sign(device.key);
            refused(passkeys->signIn(world.request(), asked.ceremony, use.json()), "locked", Code::FailedPrecondition);
            CPPUNIT_ASSERT(stored(passkey.id).locked_at != 0);
            CPPUNIT_ASSERT_EQUAL(std::uint32_t{3}, stored(passkey.id).sign_count);
            CPPUNIT_ASSERT_EQUAL(std::string("core.passkey.locked"), world.told.back().event);
            CPPUNIT_ASSERT_EQUAL(std::string("critical"), world.told.back().severity);
            CPPUNIT_ASSERT_EQUAL(std::string("denied"), recorded("session.create").text("outcome"));
            refused(signIn(device), "locked", Code::FailedPrecondition);
            CPPUNIT_ASSERT_MESSAGE("a locked passkey is no second factor", byPassword().stage == SessionStage::Full);
        }
        // The same while stepping up.
        SoftPasskey device;
        device.counts = true;
        const auto passkey = enrol(ada_session, device);
        const Asked asked = must(passkeys->beginStepUp(as(ada_session)));
        auto use = device.use(asked.options, origin);
        use.authenticator.sign_count = 1;
        use.sign(device.key);
        refused(passkeys->stepUp(as(ada_session), asked.ceremony, use.json()), "locked", Code::FailedPrecondition);
        CPPUNIT_ASSERT(stored(passkey.id).locked_at != 0);
    }
    void wa38PasskeysOfOtherAccounts() {
        const std::string bob_session = signedIn(world.account("bob@example.org"));
        SoftPasskey adas, bobs;
        enrol(ada_session, adas);
        enrol(bob_session, bobs);
        const Asked asked = must(passkeys->beginStepUp(as(ada_session)));
        refused(passkeys->stepUp(as(ada_session), asked.ceremony, bobs.answer(asked.options, origin).json()), "another account", Code::InvalidArgument);
        const auto half = byPassword();
        const Asked second = must(passkeys->beginSecond(as(half.session.token)));
        refused(passkeys->second(as(half.session.token), second.ceremony, bobs.answer(second.options, origin).json()), "another account", Code::InvalidArgument);
    }
    void wa39UserHandleMismatch() {
        SoftPasskey adas, bobs;
        enrol(ada_session, adas);
        enrol(signedIn(world.account("bob@example.org")), bobs);
        CPPUNIT_ASSERT(adas.user_handle != bobs.user_handle);
        for (const std::string& handle : {bobs.user_handle, std::string(), std::string("ada@example.org")}) {
            const Asked asked = must(passkeys->beginSignIn(world.request()));
            auto use = adas.answer(asked.options, origin);
            use.user_handle = handle;
            refused(passkeys->signIn(world.request(), asked.ceremony, use.json()), "user handle");
        }
    }
    void wa40CredentialKnownAlready() {
        SoftPasskey adas;
        enrol(ada_session, adas);
        for (const std::string& token : {signedIn(world.account("bob@example.org")), ada_session}) {
            SoftPasskey thief;
            thief.credential_id = adas.credential_id;
            const Asked asked = must(passkeys->beginEnrolment(as(token)));
            auto again = passkeys->enrol(as(token), asked.ceremony, "mine", thief.create(asked.options, origin).json());
            CPPUNIT_ASSERT(!again.ok());
            CPPUNIT_ASSERT_EQUAL(Code::Conflict, again.error().code);
        }
        must(signIn(adas));
    }
    void wa42TheLastWayInStays() {
        SoftPasskey first, second;
        const auto one = enrol(ada_session, first), two = enrol(ada_session, second);
        write([&](store::Transaction& transaction) { store::AccountStore::removeFactor(transaction, ada, "password"); });
        must(passkeys->remove(as(ada_session), one.id));
        const Status refused = passkeys->remove(as(ada_session), two.id);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, refused.error().code);
        CPPUNIT_ASSERT(refused.error().message.find("only way to sign in") != std::string::npos);
        must(signIn(second));
        write([&](store::Transaction& transaction) { store::AccountStore::setFactor(transaction, ada, "password", "some hash", 1); });
        must(passkeys->remove(as(ada_session), two.id));
        CPPUNIT_ASSERT_EQUAL(std::string("core.passkey.removed"), world.told.back().event);
    }
    void wa42TheLastSecondFactorStaysWhenThePolicyWantsOne() {
        auth::SignIn strict{{*world.database, world.audit, world.sessions, world.second_factors, world.clock, true}};
        auto strictly = made(origin, strict);
        SoftPasskey first, second;
        const auto one = enrol(ada_session, first), two = enrol(ada_session, second);
        must(strictly->remove(as(ada_session), one.id));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, strictly->remove(as(ada_session), two.id).error().code);
        CPPUNIT_ASSERT_EQUAL(two.id, stored(two.id).id);
        // A locked one protects nothing any more: it may go.
        write([&](store::Transaction& transaction) { store::PasskeyStore::lock(transaction, two.id, 1); });
        must(strictly->remove(as(ada_session), two.id));
    }
    void wa43RemovedPasskeys() {
        SoftPasskey device;
        const auto passkey = enrol(ada_session, device);
        const Asked asked = must(passkeys->beginSignIn(world.request()));
        must(passkeys->remove(as(ada_session), passkey.id));
        refused(passkeys->signIn(world.request(), asked.ceremony, device.answer(asked.options, origin).json()), "not known");
        CPPUNIT_ASSERT_EQUAL(std::string("unknown account"), recorded("session.create").text("principal"));
    }
    void wa44DisabledAndDeletedAccounts() {
        world.account("other@example.org");
        SoftPasskey device;
        enrol(ada_session, device);
        write([&](store::Transaction& transaction) {
            auto account = store::AccountStore::find(transaction, ada);
            account->disabled = true;
            store::AccountStore::update(transaction, *account);
        });
        refused(signIn(device), "disabled");
        write([&](store::Transaction& transaction) { store::AccountStore::remove(transaction, ada); });
        refused(signIn(device), "not known");
    }
    void wa45ThePublicUrlChanged() {
        SoftPasskey device;
        enrol(ada_session, device);
        auto moved = made("https://new.example.org", world.sign_in);
        const auto stranger = moved->beginSignIn(world.request());
        refused(stranger, "has changed", Code::FailedPrecondition);
        CPPUNIT_ASSERT_MESSAGE("strangers do not learn the old name", stranger.error().message.find("console.example.org") == std::string::npos);
        refused(moved->beginStepUp(as(ada_session)), "made for console.example.org", Code::FailedPrecondition);
        bool usable = true;
        must(world.database->read([&](store::Connection& connection) -> Status {
            usable = moved->usable(connection, ada);
            return {};
        }));
        CPPUNIT_ASSERT_MESSAGE("an unusable passkey must not keep its owner out", !usable);
        // A new one can be added beside it, and works.
        SoftPasskey renewed;
        const Asked asked = must(moved->beginEnrolment(as(ada_session)));
        CPPUNIT_ASSERT(asked.options["excludeCredentials"].items().empty());
        must(moved->enrol(as(ada_session), asked.ceremony, "new", renewed.create(asked.options, "https://new.example.org").json()));
        const Asked open = must(moved->beginSignIn(world.request()));
        refused(moved->signIn(world.request(), open.ceremony, device.answer(open.options, origin).json()), "made for console.example.org", Code::FailedPrecondition);
        const Asked last = must(moved->beginSignIn(world.request()));
        must(moved->signIn(world.request(), last.ceremony, renewed.answer(last.options, "https://new.example.org").json()));
    }
    void wa46CeremoniesInParallelTabs() {
        SoftPasskey device, second, third;
        enrol(ada_session, device);
        const Asked one = must(passkeys->beginSignIn(world.request())), two = must(passkeys->beginSignIn(world.request()));
        must(passkeys->signIn(world.request(), two.ceremony, device.answer(two.options, origin).json()));
        must(passkeys->signIn(world.request(), one.ceremony, device.answer(one.options, origin).json()));
        // A step-up gives the browser a new cookie; what other tabs began before it still ends well.
        const Asked step = must(passkeys->beginStepUp(as(ada_session))), step_too = must(passkeys->beginStepUp(as(ada_session))),
                    add = must(passkeys->beginEnrolment(as(ada_session)));
        const auto fresh = must(passkeys->stepUp(as(ada_session), step.ceremony, device.answer(step.options, origin).json()));
        must(passkeys->enrol(as(fresh.session.token), add.ceremony, "second", second.create(add.options, origin).json()));
        must(passkeys->stepUp(as(fresh.session.token), step_too.ceremony, device.answer(step_too.options, origin).json()));
    }
    void fiveWrongEndTheHalfSession() {
        SoftPasskey device;
        enrol(ada_session, device);
        const auto half = byPassword();
        for (int i = 1; i <= 5; ++i) {
            const Asked asked = must(passkeys->beginSecond(as(half.session.token)));
            auto use = device.use(asked.options, origin);
            use.sign(testing::SoftKey::es256());
            CPPUNIT_ASSERT(!passkeys->second(as(half.session.token), asked.ceremony, use.json()).ok());
        }
        CPPUNIT_ASSERT(!world.sessions.authenticate(half.session.token).ok());
        must(signIn(device));
    }
    void othersCannotTouchMine() {
        const std::string bob_session = signedIn(world.account("bob@example.org"));
        SoftPasskey device;
        const auto passkey = enrol(ada_session, device);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, passkeys->rename(as(bob_session), passkey.id, "mine").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, passkeys->remove(as(bob_session), passkey.id).error().code);
        CPPUNIT_ASSERT_EQUAL(passkeys->remove(as(bob_session), passkey.id + 100).error().code, passkeys->remove(as(bob_session), passkey.id).error().code);
        CPPUNIT_ASSERT_EQUAL(std::string("laptop"), stored(passkey.id).name);
    }
    void atMostTwenty() {
        for (std::size_t i = 0; i < Passkeys::kPerAccount; ++i) {
            SoftPasskey device;
            enrol(ada_session, device, "key " + std::to_string(i));
        }
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, passkeys->beginEnrolment(as(ada_session)).error().code);
    }
    void addressesCannotCarryPasskeys() {
        auto on_address = made("https://192.0.2.1:8443", world.sign_in);
        CPPUNIT_ASSERT(!on_address->possible());
        refused(on_address->beginSignIn(world.request()), "192.0.2.1", Code::FailedPrecondition);
        refused(on_address->beginEnrolment(as(ada_session)), "host name", Code::FailedPrecondition);
    }
    void anAdminsResetRemovesAll() {
        SoftPasskey device;
        enrol(ada_session, device);
        std::vector<std::string> removed;
        write([&](store::Transaction& transaction) { removed = world.second_factors.removeAll(transaction, ada); });
        CPPUNIT_ASSERT(removed == std::vector<std::string>{"passkey"});
        refused(signIn(device), "not known");
    }
    void theFirstFactorBringsRecoveryCodes() {
        auth::RecoveryFactor recovery(*world.database, world.clock, {1, 8192});
        Passkeys with_codes({*world.database, world.audit, world.sign_in, world.second_factors, world.clock, origin, &recovery});
        const auto add = [&](SoftPasskey& device) {
            const Asked asked = must(with_codes.beginEnrolment(as(ada_session)));
            return must(with_codes.enrol(as(ada_session), asked.ceremony, "key", device.create(asked.options, origin).json()));
        };
        const auto left = [&] {
            std::int64_t count = 0;
            must(world.database->read([&](store::Connection& connection) -> Status {
                count = recovery.left(connection, ada);
                return {};
            }));
            return count;
        };
        SoftPasskey laptop, phone;
        const auto one = add(laptop);
        CPPUNIT_ASSERT_EQUAL(std::size_t{10}, one.recovery_codes.size());
        const auto two = add(phone);
        CPPUNIT_ASSERT(two.recovery_codes.empty());
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, left());
        must(with_codes.remove(as(ada_session), one.passkey.id));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{10}, left());
        must(with_codes.remove(as(ada_session), two.passkey.id));
        CPPUNIT_ASSERT_EQUAL_MESSAGE("codes stand in for a factor; without one they are void", std::int64_t{0}, left());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PasskeysTest);

}  // namespace masthead::console
