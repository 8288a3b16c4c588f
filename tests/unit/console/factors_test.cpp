// TOTP and recovery codes of accounts, through SignIn as the routes use them: TO-02, TO-05..TO-10, RC-02, RC-03, RC-07, RC-10.
#include <atomic>
#include <thread>

#include "host/base/text.hpp"
#include "host/console/auth/recovery_factor.hpp"
#include "host/console/auth/totp_factor.hpp"
#include "host/console/store/failure_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class FactorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(FactorsTest);
    CPPUNIT_TEST(enrollingNeedsItsCodeInTime_TO09);
    CPPUNIT_TEST(aSecondEnrolmentKeepsTheFirstUntilConfirmed);
    CPPUNIT_TEST(aCodeWorksOnce_TO02);
    CPPUNIT_TEST(anEarlierStepIsUsedUp_TO05);
    CPPUNIT_TEST(ofParallelSubmitsOneWins_TO06);
    CPPUNIT_TEST(aHundredWrongDoNotSwitchTheFactorAway_TO07);
    CPPUNIT_TEST(theSeedIsShownOnceAndLongEnough_TO08);
    CPPUNIT_TEST(nothingReadableLiesOnTheDisk_TO10);
    CPPUNIT_TEST(aSeedOfAnotherAccountIsNotRead);
    CPPUNIT_TEST(removingForgetsEverything);
    CPPUNIT_TEST(aRecoveryCodeWorksOnce_RC02);
    CPPUNIT_TEST(ofParallelUsesOneWins_RC02);
    CPPUNIT_TEST(newCodesVoidTheOld_RC03);
    CPPUNIT_TEST(codesOfOthersAreRefusedAndCounted_RC10);
    CPPUNIT_TEST(codesAreMadeOnlyWhenNoneAreLeft);
    CPPUNIT_TEST_SUITE_END();

    World world;
    auth::TotpFactor totp{world.sealer, world.clock, "Masthead (vpn.example.org)"};
    auth::RecoveryFactor recovery{*world.database, world.clock, {1, 64 * 1024}};
    std::int64_t ada = 0, bob = 0;

public:
    void setUp() override {
        world.second_factors.add(totp);
        world.second_factors.add(recovery);
        ada = world.account("ada@example.org");
        bob = world.account("bob@example.org");
    }

private:
    std::int64_t now() const { return world.clock.wallMs() / 1000; }

    static std::string seedOf(const auth::TotpEnrolment& enrolment) {
        static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        std::string out;
        std::uint32_t bits = 0;
        int have = 0;
        for (const char c : enrolment.secret) {
            bits = bits << 5 | static_cast<std::uint32_t>(kAlphabet.find(c));
            have += 5;
            if (have >= 8) out += static_cast<char>(bits >> (have -= 8) & 0xff);
        }
        return out;
    }

    template <typename Body>
    auto inTransaction(Body body) {
        std::optional<decltype(body(std::declval<store::Transaction&>()))> out;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            out.emplace(body(transaction));
            return {};
        }));
        return std::move(*out);
    }

    auth::TotpEnrolment begin(std::int64_t account, const std::string& session = "s") {
        return inTransaction([&](store::Transaction& t) { return totp.begin(t, account, "ada@example.org", session); });
    }
    Status confirm(std::int64_t account, const std::string& code, const std::string& session = "s") {
        return inTransaction([&](store::Transaction& t) { return totp.confirm(t, account, session, code); });
    }
    /// The seed of a confirmed factor, a minute later.
    std::string enrol(std::int64_t account) {
        const std::string seed = seedOf(begin(account));
        must(confirm(account, auth::totpCode(seed, now())));
        world.clock.advance(60000);
        return seed;
    }
    auth::TotpMatch::Kind match(std::int64_t account, const std::string& code) {
        return inTransaction([&](store::Transaction& t) { return must(totp.match(t, account, code)).kind; });
    }
    std::vector<std::string> keepCodes(std::int64_t account) {
        const auto set = must(recovery.prepare());
        inTransaction([&](store::Transaction& t) { return recovery.keep(t, account, set), 0; });
        return set.shown;
    }
    bool use(std::int64_t account, const std::string& typed) {
        const std::string hash = must(recovery.hashTyped(account, typed));
        return inTransaction([&](store::Transaction& t) { return recovery.use(t, account, hash); });
    }

    Request half(std::int64_t account) {
        auth::SignedIn signed_in = inTransaction(
            [&](store::Transaction& t) { return must(world.sign_in.first(t, world.request(), account, {"password"})); });
        CPPUNIT_ASSERT(signed_in.stage == SessionStage::Half);
        Request request = world.request();
        request.principal = must(world.sessions.authenticate(signed_in.session.token));
        return request;
    }
    auth::SecondTry attempt(const std::string& code) {
        return {"totp", [this, code](store::Transaction& t, std::int64_t account) { return totp.checkCode(t, account, code); }};
    }

    void enrollingNeedsItsCodeInTime_TO09() {
        const std::string seed = seedOf(begin(ada));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, confirm(bob, auth::totpCode(seed, now())).error().code);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, confirm(ada, auth::totpCode(seed, now()), "another session").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, confirm(ada, "000000").error().code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, confirm(ada, auth::totpCode(seed, now() + 90)).error().code);
        world.clock.advance(auth::TotpFactor::kEnrolmentMs + 1);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, confirm(ada, auth::totpCode(seed, now())).error().code);
        CPPUNIT_ASSERT(!inTransaction([&](store::Transaction& t) { return totp.usable(t, ada); }));
        const std::string fresh = seedOf(begin(ada));
        must(confirm(ada, auth::totpCode(fresh, now())));
        CPPUNIT_ASSERT(inTransaction([&](store::Transaction& t) { return totp.usable(t, ada); }));
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, confirm(ada, auth::totpCode(fresh, now())).error().code);
    }

    void aSecondEnrolmentKeepsTheFirstUntilConfirmed() {
        const std::string first = enrol(ada);
        const std::string second = seedOf(begin(ada));
        CPPUNIT_ASSERT(match(ada, auth::totpCode(first, now())) == auth::TotpMatch::Kind::Accepted);
        CPPUNIT_ASSERT(match(ada, auth::totpCode(second, now())) == auth::TotpMatch::Kind::Wrong);
        must(confirm(ada, auth::totpCode(second, now())));
        world.clock.advance(60000);
        CPPUNIT_ASSERT(match(ada, auth::totpCode(first, now())) == auth::TotpMatch::Kind::Wrong);
        CPPUNIT_ASSERT(match(ada, auth::totpCode(second, now())) == auth::TotpMatch::Kind::Accepted);
    }

    void aCodeWorksOnce_TO02() {
        const std::string seed = seedOf(begin(ada));
        must(confirm(ada, auth::totpCode(seed, now())));
        CPPUNIT_ASSERT_MESSAGE("the code of the enrolment is used up",
                               match(ada, auth::totpCode(seed, now())) == auth::TotpMatch::Kind::Replayed);
        world.clock.advance(30000);
        CPPUNIT_ASSERT(match(ada, auth::totpCode(seed, now())) == auth::TotpMatch::Kind::Accepted);
        CPPUNIT_ASSERT(match(ada, auth::totpCode(seed, now())) == auth::TotpMatch::Kind::Replayed);
        world.clock.advance(30000);
        CPPUNIT_ASSERT_MESSAGE("and a step later",
                               match(ada, auth::totpCode(seed, now() - 30)) == auth::TotpMatch::Kind::Replayed);
    }

    void anEarlierStepIsUsedUp_TO05() {
        const std::string seed = enrol(ada);
        CPPUNIT_ASSERT(match(ada, auth::totpCode(seed, now())) == auth::TotpMatch::Kind::Accepted);
        CPPUNIT_ASSERT(match(ada, auth::totpCode(seed, now() - 30)) == auth::TotpMatch::Kind::Replayed);
        world.clock.advance(90000);
        CPPUNIT_ASSERT_MESSAGE("t-1 alone is fine",
                               match(ada, auth::totpCode(seed, now() - 30)) == auth::TotpMatch::Kind::Accepted);
    }

    void ofParallelSubmitsOneWins_TO06() {
        const std::string seed = enrol(ada);
        for (int round = 0; round < 100; ++round) {
            const std::string code = auth::totpCode(seed, now());
            std::atomic<int> won{0};
            std::atomic<bool> go{false};
            std::vector<std::thread> threads;
            for (int t = 0; t < 2; ++t) {
                threads.emplace_back([&] {
                    while (!go) std::this_thread::yield();
                    if (match(ada, code) == auth::TotpMatch::Kind::Accepted) ++won;
                });
            }
            go = true;
            for (auto& thread : threads) thread.join();
            CPPUNIT_ASSERT_EQUAL(1, won.load());
            world.clock.advance(30000);
        }
    }

    /// Guessing must not be a way around the factor: it is off, and the sign-in still stops at Half.
    void aHundredWrongDoNotSwitchTheFactorAway_TO07() {
        const std::string seed = enrol(ada);
        for (int wrong = 0; wrong < 100; ++wrong) {
            world.clock.advance(900000);  // longer than any wait
            CPPUNIT_ASSERT(!world.sign_in.second(half(ada), attempt("000000")).ok());
        }
        const auto locked = inTransaction(
            [&](store::Transaction& t) { return auth::AccountThrottle::locked(t, "account:" + std::to_string(ada), "totp"); });
        CPPUNIT_ASSERT(locked);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated,
                             world.sign_in.second(half(ada), attempt(auth::totpCode(seed, now()))).error().code);
        keepCodes(ada);
        CPPUNIT_ASSERT(half(ada).principal.stage == SessionStage::Half);
    }

    void theSeedIsShownOnceAndLongEnough_TO08() {
        const auto first = begin(ada), second = begin(ada);
        CPPUNIT_ASSERT_EQUAL(std::size_t{20}, seedOf(first).size());
        CPPUNIT_ASSERT(first.secret != second.secret);
        CPPUNIT_ASSERT(second.uri.find("secret=" + second.secret) != std::string::npos && !second.qr_svg.empty());
        must(confirm(ada, auth::totpCode(seedOf(second), now())));
        must(world.database->read([&](store::Connection& connection) -> Status {
            const std::string shown =
                world.second_factors.describe(connection, ada).dump() + world.second_factors.summarize(connection, ada).dump();
            CPPUNIT_ASSERT(shown.find(second.secret) == std::string::npos);
            CPPUNIT_ASSERT(shown.find("\"totp\":true") != std::string::npos);
            return {};
        }));
    }

    void nothingReadableLiesOnTheDisk_TO10() {
        const auto pending = begin(bob);
        const std::string seed = enrol(ada);
        const auto codes = keepCodes(ada);
        const std::string disk =
            must(readFile(world.dir.file("masthead.db"))) + must(readFile(world.dir.file("masthead.db-wal")));
        CPPUNIT_ASSERT(disk.find("totp_factors") != std::string::npos);
        for (const std::string& secret : {seed, auth::totpSecretText(seed), seedOf(pending), pending.secret}) {
            CPPUNIT_ASSERT(disk.find(secret) == std::string::npos);
        }
        for (const auto& code : codes) {
            CPPUNIT_ASSERT(disk.find(code) == std::string::npos && disk.find(*auth::tidyRecoveryCode(code)) == std::string::npos);
        }
    }

    void aSeedOfAnotherAccountIsNotRead() {
        enrol(ada);
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            transaction.execute("UPDATE totp_factors SET account_id = $1", {bob});
            return {};
        }));
        CPPUNIT_ASSERT(!inTransaction([&](store::Transaction& t) { return totp.match(t, bob, "123456").ok(); }));
    }

    void removingForgetsEverything() {
        const std::string seed = enrol(ada);
        begin(ada);
        CPPUNIT_ASSERT(inTransaction([&](store::Transaction& t) { return totp.removeAll(t, ada); }));
        CPPUNIT_ASSERT(!inTransaction([&](store::Transaction& t) { return totp.removeAll(t, ada); }));
        CPPUNIT_ASSERT(match(ada, auth::totpCode(seed, now())) == auth::TotpMatch::Kind::Wrong);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, confirm(ada, "000000").error().code);
    }

    void aRecoveryCodeWorksOnce_RC02() {
        const auto codes = keepCodes(ada);
        CPPUNIT_ASSERT_EQUAL(std::size_t{10}, codes.size());
        for (std::size_t i = 0; i < codes.size(); ++i) {
            CPPUNIT_ASSERT_EQUAL(static_cast<std::int64_t>(10 - i),
                                 inTransaction([&](store::Transaction& t) { return recovery.left(t, ada); }));
            CPPUNIT_ASSERT(use(ada, lowerAscii(codes[i])));
            CPPUNIT_ASSERT(!use(ada, codes[i]));
        }
        CPPUNIT_ASSERT(!inTransaction([&](store::Transaction& t) { return recovery.usable(t, ada); }));
    }

    void ofParallelUsesOneWins_RC02() {
        for (const auto& code : keepCodes(ada)) {
            std::atomic<int> won{0};
            std::vector<std::thread> threads;
            for (int t = 0; t < 2; ++t) {
                threads.emplace_back([&] {
                    if (use(ada, code)) ++won;
                });
            }
            for (auto& thread : threads) thread.join();
            CPPUNIT_ASSERT_EQUAL(1, won.load());
        }
    }

    void newCodesVoidTheOld_RC03() {
        const auto old = keepCodes(ada);
        const auto fresh = keepCodes(ada);
        for (const auto& code : old) CPPUNIT_ASSERT(!use(ada, code));
        CPPUNIT_ASSERT(use(ada, fresh[9]));
    }

    void codesOfOthersAreRefusedAndCounted_RC10() {
        enrol(ada);
        keepCodes(ada);
        const auto of_bob = keepCodes(bob);
        const std::string hash = must(recovery.hashTyped(ada, of_bob[0]));
        const auth::SecondTry wrong{"recovery", [&](store::Transaction& t, std::int64_t account) -> Result<bool> {
                                        return recovery.use(t, account, hash);
                                    }};
        CPPUNIT_ASSERT(!world.sign_in.second(half(ada), wrong).ok());
        CPPUNIT_ASSERT(use(bob, of_bob[0]));
        const auto counted = [&](std::int64_t account) {
            return inTransaction([&](store::Transaction& t) {
                return store::FailureStore::find(t, "account:" + std::to_string(account), "recovery").count;
            });
        };
        CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, counted(ada));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, counted(bob));
    }

    void codesAreMadeOnlyWhenNoneAreLeft() {
        auto set = must(recovery.prepareIfNone(ada));
        CPPUNIT_ASSERT(set.has_value());
        inTransaction([&](store::Transaction& t) { return recovery.keep(t, ada, *set), 0; });
        CPPUNIT_ASSERT(!must(recovery.prepareIfNone(ada)).has_value());
        for (const auto& code : set->shown) CPPUNIT_ASSERT(use(ada, code));
        CPPUNIT_ASSERT(must(recovery.prepareIfNone(ada)).has_value());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FactorsTest);

}  // namespace masthead::console
