// A kill at every call to the store and to headscale, before and after it took effect: afterwards a new desk on what is stored
// must come to exactly one key for a wanted request and none for any other.
#include <cppunit/extensions/HelperMacros.h>

#include "crypto/codec.hpp"
#include "office.hpp"

using namespace onboarding;
using onboarding::testing::Breaker;
using onboarding::testing::Office;

namespace {

class CrashTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CrashTest);
    CPPUNIT_TEST(makingAKey);
    CPPUNIT_TEST(rejectingAnApprovedRequest);
    CPPUNIT_TEST(deletingWhileTheKeyIsPending);
    CPPUNIT_TEST(twoRequestsOfOneOwner);
    CPPUNIT_TEST(aKeyOfSomebodyElseIsLeftAlone);
    CPPUNIT_TEST_SUITE_END();

    /// Breaks at each call of `steps` in turn; `check` looks at the office after the restart. Returns how many points there were.
    template <typename Prepare, typename Steps, typename Check>
    static int everywhere(Prepare&& prepare, Steps&& steps, Check&& check) {
        int points = 0;
        for (const bool after : {false, true}) {
            for (int at = 0;; ++at) {
                Office office;
                prepare(office);
                Breaker::reset(at, after);
                steps(office);
                const bool reached = Breaker::broken;
                office.restart();
                for (int i = 0; i < 4; ++i) office.work(16'000);
                check(office, "break at " + std::to_string(at) + (after ? " after" : " before"));
                if (!reached) break;
                ++points;
            }
        }
        return points;
    }

    /// headscale makes the key, and the process is killed before it reads the answer.
    static void loseTheAnswer(Office& office) {
        const std::size_t before = office.tailnet.keys.size();
        constexpr int kKeyCall = 3;  // after the state, the users and the intent
        Breaker::reset(kKeyCall, true);
        static_cast<void>(office.desk->work(office.call()));
        office.restart();
        CPPUNIT_ASSERT_EQUAL(before + 1, office.tailnet.keys.size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, office.fake.stored.count("intent/1"));
        CPPUNIT_ASSERT_EQUAL(std::string("key-pending"), office.stateOf("1"));
    }

    static void noStrayKeys(Office& office, const std::string& where) {
        std::size_t wanted = 0;
        const Json all = office.desk->requests({"", "", "", 100});
        for (const auto& request : all["requests"].items()) {
            if (request.text("state") != "approved") continue;
            ++wanted;
            const auto* key = office.tailnet.key(request.text("keyId"));
            CPPUNIT_ASSERT_MESSAGE(where, key != nullptr && !key->expired);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(where, key->text, office.desk->reveal(request.text("id"), office.call())->text("key"));
        }
        CPPUNIT_ASSERT_EQUAL_MESSAGE(where, wanted, office.tailnet.liveKeys());
        for (const auto& [key, value] : office.fake.stored) CPPUNIT_ASSERT_MESSAGE(where + " leaves " + key, key.rfind("intent/", 0) != 0 && key.rfind("revoke/", 0) != 0);
    }

public:
    void makingAKey() {
        std::string ticket;
        const int points = everywhere([&](Office& office) { ticket = office.ask("Grace"); },
                                      [](Office& office) {
                                          static_cast<void>(office.desk->approve("1", Json::object(), office.call()));
                                          office.now += 11'000;
                                          static_cast<void>(office.desk->work(office.call()));
                                      },
                                      [&](Office& office, const std::string& where) {
                                          noStrayKeys(office, where);
                                          const std::string state = office.stateOf("1");
                                          CPPUNIT_ASSERT_MESSAGE(where + ": " + state, state == "approved" || state == "pending");
                                          if (state == "approved") {
                                              CPPUNIT_ASSERT_MESSAGE(where, office.desk->claim(ticket, "", nullptr)->outcome == Claim::Outcome::Ready);
                                          }
                                      });
        CPPUNIT_ASSERT_MESSAGE(std::to_string(points), points >= 12);
    }

    void rejectingAnApprovedRequest() {
        everywhere(
            [](Office& office) {
                office.ask();
                office.approveFully("1");
            },
            [](Office& office) { static_cast<void>(office.desk->reject("1", "no", office.call())); },
            [](Office& office, const std::string& where) { noStrayKeys(office, where); });
    }

    void deletingWhileTheKeyIsPending() {
        everywhere(
            [](Office& office) {
                office.ask();
                // An attempt whose answer was lost: the key is there, the intent too.
                office.approve("1");
                office.now += 11'000;
                loseTheAnswer(office);
            },
            [](Office& office) { static_cast<void>(office.desk->erase("1", office.call())); },
            [](Office& office, const std::string& where) { noStrayKeys(office, where); });
    }

    void twoRequestsOfOneOwner() {
        everywhere(
            [](Office& office) {
                office.ask();
                office.ask();
                office.approve("1");
                office.approve("2");
                office.now += 11'000;
            },
            [](Office& office) { static_cast<void>(office.desk->work(office.call())); },
            [](Office& office, const std::string& where) {
                noStrayKeys(office, where);
                CPPUNIT_ASSERT_EQUAL_MESSAGE(where, std::size_t{2}, office.tailnet.liveKeys());
            });
    }

    void aKeyOfSomebodyElseIsLeftAlone() {
        Office office;
        office.tailnet.keys.push_back({"1", "other", "1", "2027-01-16T08:00:10.500Z", Json::array(), false});
        office.ask();
        office.approve("1");
        office.now += 11'000;
        loseTheAnswer(office);
        for (int i = 0; i < 4; ++i) office.work(16'000);
        CPPUNIT_ASSERT(!office.tailnet.keys[0].expired);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, office.tailnet.liveKeys());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CrashTest);

}  // namespace
