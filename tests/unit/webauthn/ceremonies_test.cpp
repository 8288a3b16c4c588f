// WA-02 to WA-05 and WA-46: challenges are for one session, one purpose, one use and five minutes.
#include "host/console/auth/webauthn/ceremonies.hpp"

#include <atomic>
#include <set>
#include <thread>

#include "tests/support/fake_clock.hpp"
#include "tests/unit/webauthn/party.hpp"

namespace masthead::console::auth::webauthn {

class CeremoniesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CeremoniesTest);
    CPPUNIT_TEST(aChallengeIsRandomAndKept);
    CPPUNIT_TEST(wa02AnotherSession);
    CPPUNIT_TEST(wa03OnlyOnce);
    CPPUNIT_TEST(wa03ParallelAnswersOneWins);
    CPPUNIT_TEST(wa04FiveMinutes);
    CPPUNIT_TEST(wa05AnotherPurpose);
    CPPUNIT_TEST(wa46TabsDoNotDisturbEachOther);
    CPPUNIT_TEST(aSourceKeepsItsLatest);
    CPPUNIT_TEST(strangersCannotFillTheTable);
    CPPUNIT_TEST_SUITE_END();

    masthead::testing::FakeClock clock;
    Ceremonies ceremonies{clock};

    std::string begin(const std::string& session, Purpose purpose = Purpose::StepUp) { return ceremonies.begin(purpose, 1, session, "192.0.2.1").handle; }
    bool takes(const std::string& handle, const std::string& session, Purpose purpose = Purpose::StepUp) {
        return ceremonies.take(handle, purpose, session).ok();
    }

    void aChallengeIsRandomAndKept() {
        std::set<std::string> seen;
        for (int i = 0; i < 8; ++i) {
            const auto begun = ceremonies.begin(Purpose::Register, 7, "s", "");
            CPPUNIT_ASSERT_EQUAL(std::size_t{32}, begun.challenge.size());
            CPPUNIT_ASSERT_EQUAL(std::size_t{43}, begun.handle.size());
            CPPUNIT_ASSERT(seen.insert(begun.challenge).second && seen.insert(begun.handle).second);
            const auto taken = ceremonies.take(begun.handle, Purpose::Register, "s");
            accepted(taken);
            CPPUNIT_ASSERT_EQUAL(begun.challenge, taken->challenge);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{7}, taken->account);
        }
    }
    void wa02AnotherSession() {
        CPPUNIT_ASSERT(!takes(begin("a"), "b"));
        CPPUNIT_ASSERT(!takes(begin("a"), ""));
        CPPUNIT_ASSERT(!takes(begin("", Purpose::SignIn), "a", Purpose::SignIn));
        CPPUNIT_ASSERT(takes(begin("", Purpose::SignIn), "", Purpose::SignIn));
        const std::string tried = begin("a");
        CPPUNIT_ASSERT(!takes(tried, "b"));
        CPPUNIT_ASSERT_MESSAGE("a try from elsewhere uses it up", !takes(tried, "a"));
        CPPUNIT_ASSERT(!takes("", "a"));
        CPPUNIT_ASSERT(!takes(std::string(43, 'A'), "a"));
    }
    void wa03OnlyOnce() {
        const std::string handle = begin("a");
        CPPUNIT_ASSERT(takes(handle, "a"));
        CPPUNIT_ASSERT(!takes(handle, "a"));
    }
    void wa03ParallelAnswersOneWins() {
        for (int round = 0; round < 20; ++round) {
            const std::string handle = begin("a");
            std::atomic<int> won{0};
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i) threads.emplace_back([&] { won += takes(handle, "a") ? 1 : 0; });
            for (auto& thread : threads) thread.join();
            CPPUNIT_ASSERT_EQUAL(1, won.load());
        }
    }
    void wa04FiveMinutes() {
        const std::string early = begin("a");
        clock.advance(5 * 60 * 1000 - 1);
        CPPUNIT_ASSERT(takes(early, "a"));
        const std::string late = begin("a");
        clock.advance(5 * 60 * 1000 + 1000);
        CPPUNIT_ASSERT(!takes(late, "a"));
    }
    void wa05AnotherPurpose() {
        const Purpose all[] = {Purpose::Register, Purpose::SignIn, Purpose::SecondFactor, Purpose::StepUp};
        for (const Purpose made : all) {
            for (const Purpose used : all) CPPUNIT_ASSERT_EQUAL(made == used, takes(begin("a", made), "a", used));
        }
    }
    void wa46TabsDoNotDisturbEachOther() {
        const std::string first = begin("a"), second = begin("a", Purpose::Register), third = begin("a");
        CPPUNIT_ASSERT(takes(third, "a"));
        CPPUNIT_ASSERT(takes(first, "a"));
        CPPUNIT_ASSERT(takes(second, "a", Purpose::Register));
    }
    void aSourceKeepsItsLatest() {
        const std::string other = begin("b");
        const std::string oldest = begin("a");
        std::string second;
        for (std::size_t i = 0; i < Ceremonies::kPerSession; ++i) {
            const std::string handle = begin("a");
            if (i == 0) second = handle;
        }
        CPPUNIT_ASSERT(!takes(oldest, "a"));
        CPPUNIT_ASSERT(takes(second, "a"));
        CPPUNIT_ASSERT(takes(other, "b"));
        std::vector<std::string> handles;
        for (std::size_t i = 0; i <= Ceremonies::kPerSource; ++i) handles.push_back(ceremonies.begin(Purpose::SignIn, 0, "", "192.0.2.9").handle);
        CPPUNIT_ASSERT(!takes(handles[0], "", Purpose::SignIn));
        CPPUNIT_ASSERT(takes(handles[1], "", Purpose::SignIn));
    }
    void strangersCannotFillTheTable() {
        const std::string signed_in = begin("a");
        std::vector<std::string> handles;
        for (std::size_t i = 0; i <= Ceremonies::kAllSources; ++i) {
            handles.push_back(ceremonies.begin(Purpose::SignIn, 0, "", "source " + std::to_string(i / 8)).handle);
        }
        CPPUNIT_ASSERT(!takes(handles[0], "", Purpose::SignIn));
        CPPUNIT_ASSERT(takes(handles[1], "", Purpose::SignIn));
        CPPUNIT_ASSERT(takes(handles.back(), "", Purpose::SignIn));
        CPPUNIT_ASSERT_MESSAGE("a signed-in person's challenge outlives a flood of strangers", takes(signed_in, "a"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CeremoniesTest);

}  // namespace masthead::console::auth::webauthn
