#include "host/console/auth/sign_in_password.hpp"

#include <sodium.h>

#include <atomic>
#include <thread>

#include "host/console/auth/monotone_clock.hpp"
#include "host/console/store/session_store.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {
namespace {

/// A wall clock that can be set back; time passes only when told.
class BrokenClock final : public Clock {
public:
    std::int64_t steadyMs() const override { return steady; }
    std::int64_t wallMs() const override { return wall; }
    std::int64_t steady = 0;
    std::int64_t wall = 1'800'000'000'000;
};

}  // namespace

class PasswordSignInTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PasswordSignInTest);
    CPPUNIT_TEST(theEleventhOfASourceIsNotEvenHashed_AU10);
    CPPUNIT_TEST(aHundredFromEverywhereLockThePassword_AU11);
    CPPUNIT_TEST(aSprayIsStopped_AU12);
    CPPUNIT_TEST(aKnownDeviceKeepsItsOwnLane_AU14);
    CPPUNIT_TEST(theSameHundredMakesADeviceUnknown);
    CPPUNIT_TEST(lockedReadsLikeWrong_AU09);
    CPPUNIT_TEST(fiftyAtOnceAreCountedExactly_AU16);
    CPPUNIT_TEST(oldHashesAreMadeAnewOnce_AU19);
    CPPUNIT_TEST(plantedCostIsRefused_AU20);
    CPPUNIT_TEST(forgedDeviceCookiesGrantNothing);
    CPPUNIT_TEST(aChangedPasswordLiftsTheLock);
    CPPUNIT_TEST(aClockSetBackRevivesNothing_SE30);
    CPPUNIT_TEST_SUITE_END();

    World world;
    std::int64_t ada = 0;
    int next_source = 0;

public:
    void setUp() override { ada = world.account("ada@example.org"); }

private:
    Result<SignedIn> attempt(const std::string& password, const std::string& device = "", const std::string& client = "", const std::string& email = "ada@example.org") {
        Request request = world.request();
        request.client = client.empty() ? "198.51." + std::to_string(next_source / 250 % 250) + "." + std::to_string(next_source % 250) : client;
        ++next_source;
        return world.password_sign_in.attempt(request, email, password, device);
    }
    /// Wrong passwords from ever other sources until the account's lane is locked.
    int failUntilLocked() {
        int wrong = 0;
        while (!locked()) {
            world.clock.advance(AccountThrottle::kLongestWaitMs);
            CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, attempt("not this one").error().code);
            ++wrong;
        }
        return wrong;
    }
    bool locked() {
        bool out = false;
        must(world.database->read([&](store::Connection& connection) -> Status {
            out = PasswordSignIn::locked(connection, ada);
            return {};
        }));
        return out;
    }
    static std::int64_t waitOf(const Result<SignedIn>& tried) { return tried ? 0 : SignIn::retryAfterMs(tried.error()); }

    void theEleventhOfASourceIsNotEvenHashed_AU10() {
        for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, attempt("wrong", "", "203.0.113.9", std::to_string(i) + "@example.org").error().code);
        const auto records = must(world.audit.verify());
        CPPUNIT_ASSERT(waitOf(attempt(kPassword, "", "203.0.113.9")) > 0);
        CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing was looked at", records, must(world.audit.verify()));
        must(attempt(kPassword, "", "203.0.113.10"));
    }
    void aHundredFromEverywhereLockThePassword_AU11() {
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, waitOf(attempt("wrong")));
        for (const std::int64_t wait : {1000, 2000, 4000}) {
            CPPUNIT_ASSERT_EQUAL(wait, waitOf(attempt("wrong")));
            world.clock.advance(wait);
            CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, attempt("wrong").error().code);
        }
        CPPUNIT_ASSERT_EQUAL(100 - 8, failUntilLocked());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, world.told.size());
        CPPUNIT_ASSERT_EQUAL(std::string("core.account.locked"), world.told[0].event);
        CPPUNIT_ASSERT(must(world.audit.list(5, 0)).dump().find("account.password-locked") != std::string::npos);
        world.clock.advance(13LL * 60 * 60 * 1000);
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, attempt(kPassword).error().code);
        CPPUNIT_ASSERT(must(world.accounts.find(ada)).password_locked);
        const std::string link = must(world.accounts.startReset(world.byCommandLine(), ada)).link;
        must(world.links.accept(world.request(), link.substr(link.find('#') + 1), "eleven green badgers whistle"));
        must(attempt("eleven green badgers whistle"));
    }
    void aSprayIsStopped_AU12() {
        int tried = 0;
        for (int i = 0; i < 1000; ++i) {
            if (attempt("seven purple otters", "", "203.0.113.9", "user" + std::to_string(i) + "@example.org").error().code == Code::Unauthenticated) ++tried;
        }
        CPPUNIT_ASSERT_EQUAL(10, tried);
    }
    void aKnownDeviceKeepsItsOwnLane_AU14() {
        const std::string device = world.devices.issue(ada);
        for (int i = 0; i < 600; ++i) {
            world.clock.advance(1000);
            static_cast<void>(attempt("not this one"));
        }
        CPPUNIT_ASSERT(waitOf(attempt(kPassword)) > 0);
        CPPUNIT_ASSERT(attempt(kPassword, device).ok());
        failUntilLocked();
        CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, attempt(kPassword).error().code);
        CPPUNIT_ASSERT(attempt(kPassword, device).ok());
        CPPUNIT_ASSERT_MESSAGE("a success there does not unlock strangers", locked());
    }
    void theSameHundredMakesADeviceUnknown() {
        const std::string device = world.devices.issue(ada);
        for (int i = 0; i < 100; ++i) {
            world.clock.advance(AccountThrottle::kLongestWaitMs);
            CPPUNIT_ASSERT_EQUAL(Code::Unauthenticated, attempt("wrong", device).error().code);
        }
        CPPUNIT_ASSERT(!locked());
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, waitOf(attempt("wrong", device)));
        CPPUNIT_ASSERT_MESSAGE("its tries count in the account's lane now", waitOf(attempt(kPassword)) > 0);
    }
    void lockedReadsLikeWrong_AU09() {
        failUntilLocked();
        const auto right = attempt(kPassword).error();
        const auto unknown = attempt(kPassword, "", "", "nobody@example.org").error();
        CPPUNIT_ASSERT(right.code == unknown.code && right.message == unknown.message && right.internal == unknown.internal);
        CPPUNIT_ASSERT_EQUAL(problem(right, "x").body, problem(unknown, "x").body);
    }
    void fiftyAtOnceAreCountedExactly_AU16() {
        std::atomic<int> verified{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 50; ++i) {
            threads.emplace_back([&, i] {
                Request request = world.request();
                request.client = "203.0.113." + std::to_string(i);
                const auto tried = world.password_sign_in.attempt(request, "ada@example.org", "wrong", world.devices.issue(0));
                verified += !tried && tried.error().code == Code::Unauthenticated ? 1 : 0;
            });
        }
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(5, verified.load());
    }
    void oldHashesAreMadeAnewOnce_AU19() {
        char bare[crypto_pwhash_STRBYTES];
        CPPUNIT_ASSERT_EQUAL(0, crypto_pwhash_str_alg(bare, kPassword, std::string(kPassword).size(), 1, 64 * 1024, crypto_pwhash_ALG_ARGON2ID13));
        const auto stored = [&] {
            std::optional<store::FactorRow> row;
            must(world.database->read([&](store::Connection& connection) -> Status {
                row = store::AccountStore::factorRow(connection, ada, "password");
                return {};
            }));
            return *row;
        };
        const std::int64_t changed = stored().changed_at;
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            store::AccountStore::setFactor(transaction, ada, "password", bare, changed);
            return {};
        }));
        world.clock.advance(1000);
        must(attempt(kPassword));
        const auto once = stored();
        CPPUNIT_ASSERT_EQUAL(std::string("pepper1:$argon2id$"), once.secret.substr(0, 18));
        CPPUNIT_ASSERT_EQUAL(changed, once.changed_at);
        must(attempt(kPassword));
        CPPUNIT_ASSERT_EQUAL(once.secret, stored().secret);
    }
    void plantedCostIsRefused_AU20() {
        must(world.database->write([&](store::Transaction& transaction) -> Status {
            store::AccountStore::setFactor(transaction, ada, "password", "pepper1:$argon2id$v=19$m=4194304,t=3,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaA", 1);
            return {};
        }));
        CPPUNIT_ASSERT_EQUAL(Code::Internal, attempt(kPassword).error().code);
    }
    void forgedDeviceCookiesGrantNothing() {
        const std::string device = world.devices.issue(ada);
        CPPUNIT_ASSERT(world.devices.lane(ada, device).has_value());
        CPPUNIT_ASSERT(!world.devices.lane(ada + 1, device));
        std::string moved = device;
        moved.back() = moved.back() == 'A' ? 'B' : 'A';
        for (const std::string& text : {moved, device.substr(0, device.size() - 1), std::string(), std::string("1.2.3.4"), std::string(5000, '.'), "x" + device}) {
            CPPUNIT_ASSERT_MESSAGE(text, !world.devices.lane(ada, text));
        }
        CPPUNIT_ASSERT(!KnownDevices("another key", world.clock).lane(ada, device));
        world.clock.advance((KnownDevices::kLifeSeconds + 1) * 1000);
        CPPUNIT_ASSERT(!world.devices.lane(ada, device));
    }
    void aChangedPasswordLiftsTheLock() {
        const std::string device = world.devices.issue(ada);
        failUntilLocked();
        Request request = world.request();
        request.principal = must(world.sessions.authenticate(must(attempt(kPassword, device)).session.token));
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, world.own_account.changePassword(request, "not this one", "eleven green badgers whistle", false).error().code);
        must(world.own_account.changePassword(request, kPassword, "eleven green badgers whistle", false));
        CPPUNIT_ASSERT(!locked());
        must(attempt("eleven green badgers whistle"));
    }
    void aClockSetBackRevivesNothing_SE30() {
        BrokenClock system;
        MonotoneClock clock(system);
        Sessions sessions(*world.database, world.catalogue, world.events, clock, {});
        const auto create = [&] {
            MadeSession made;
            must(world.database->write([&](store::Transaction& transaction) -> Status {
                made = sessions.create(transaction, {ada}, world.request());
                return {};
            }));
            return made.token;
        };
        const std::string old = create();
        system.wall += 2 * 60 * 60 * 1000;
        system.steady += 2 * 60 * 60 * 1000;
        CPPUNIT_ASSERT(!sessions.authenticate(old).ok());
        const std::int64_t floor = clock.wallMs();
        system.wall -= 24LL * 60 * 60 * 1000;
        CPPUNIT_ASSERT(!sessions.authenticate(old).ok());
        const std::string young = create();
        CPPUNIT_ASSERT(sessions.authenticate(young).ok());
        system.steady += 31 * 60 * 1000;
        system.wall += 31 * 60 * 1000;
        CPPUNIT_ASSERT_MESSAGE("time goes on meanwhile", !sessions.authenticate(young).ok());
        MonotoneClock restarted(system);
        restarted.raise(floor);
        CPPUNIT_ASSERT(restarted.wallMs() >= floor);
        system.wall = floor + 1000;
        CPPUNIT_ASSERT(restarted.wallMs() >= floor);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PasswordSignInTest);

}  // namespace masthead::console::auth
