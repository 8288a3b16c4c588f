#include <atomic>
#include <thread>

#include "host/base/text.hpp"
#include "host/console/auth/common_passwords.hpp"
#include "host/console/auth/password_hasher.hpp"
#include "host/console/auth/password_rules.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {

class PasswordsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(PasswordsTest);
    CPPUNIT_TEST(goodOnesAreAccepted);
    CPPUNIT_TEST(theWholeListIsRefused_AU06);
    CPPUNIT_TEST(twelveSufficeWithASecondFactor_AU01);
    CPPUNIT_TEST(composedAndDecomposedAreTheSame_AU04);
    CPPUNIT_TEST(oldHashesFitAndAreFoundStale_AU19);
    CPPUNIT_TEST(withoutThePepperNothingFits);
    CPPUNIT_TEST(guessableOnesAreRefusedWithTheReason);
    CPPUNIT_TEST(lengthCountsCharactersAndBytes);
    CPPUNIT_TEST(hashesAreArgon2idWithTheAgreedCost);
    CPPUNIT_TEST(longPasswordsAreNotCutShort);
    CPPUNIT_TEST(unknownAccountsNeverFit);
    CPPUNIT_TEST(expensiveStoredHashesAreRefusedUnread);
    CPPUNIT_TEST(manyAtOnceAllGetTheRightAnswerOrAreTurnedAway);
    CPPUNIT_TEST_SUITE_END();

    PasswordHasher cheap{"pepper", {1, 64 * 1024}};

    void goodOnesAreAccepted() {
        const std::vector<std::string> context = {"ada@example.org", "Ada Lovelace", "console.example.org"};
        for (const char* text : {"correct horse battery staple 9", "seven purple otters juggle", "Kj4#pQ9!xLm2vBn", "ein grünes Fahrrad im Keller",
                                 "\xe6\x88\x91\xe7\x88\xb1\xe5\x90\x83\xe8\x8b\xb9\xe6\x9e\x9c\xe5\x92\x8c\xe6\xa2\xa8\xe5\xad\x90\xe4\xbb\xa5\xe5\x8f\x8a\xe6\xa1\x83\xe5\xad\x90"
                                 "\xe9\xa6\x99\xe8\x95\x89\xe5\x91\xa2"}) {
            const auto reason = weakPassword(text, context);
            CPPUNIT_ASSERT_MESSAGE(std::string(text) + ": " + reason.value_or(""), !reason);
        }
    }
    void theWholeListIsRefused_AU06() {
        std::size_t count = 0, long_ones = 0;
        for (const auto line : split(commonPasswordList(), '\n')) {
            if (line.empty()) continue;
            ++count;
            if (line.size() >= kMinPasswordOfTwo) ++long_ones;
            CPPUNIT_ASSERT_MESSAGE(std::string(line), weakPassword(line, {}, kMinPasswordOfTwo).has_value());
            const std::string padded = std::string(line) + "!2024!2024!2024";
            CPPUNIT_ASSERT_MESSAGE(padded, weakPassword(padded, {}).has_value());
        }
        CPPUNIT_ASSERT(count >= 10000);
        CPPUNIT_ASSERT(long_ones >= 3000);
    }
    void twelveSufficeWithASecondFactor_AU01() {
        CPPUNIT_ASSERT(weakPassword("Kj4#pQ9!xLm", {}, kMinPasswordOfTwo).has_value());
        CPPUNIT_ASSERT(!weakPassword("Kj4#pQ9!xLm2", {}, kMinPasswordOfTwo));
        CPPUNIT_ASSERT(weakPassword("Kj4#pQ9!xLm2", {}).has_value());
    }
    void composedAndDecomposedAreTheSame_AU04() {
        const std::string composed = "ein gr\xc3\xbcnes Fahrrad im Keller", decomposed = "ein gru\xcc\x88nes Fahrrad im Keller";
        CPPUNIT_ASSERT_EQUAL(composed, normalizedPassword(decomposed));
        CPPUNIT_ASSERT(must(cheap.verify(decomposed, must(cheap.hash(composed)))));
        CPPUNIT_ASSERT(must(cheap.verify(composed, must(cheap.hash(decomposed)))));
        CPPUNIT_ASSERT_MESSAGE("fourteen letters, however composed", weakPassword("a\xcc\x88 o\xcc\x88 u\xcc\x88 k#9Q!x", {}).has_value());
    }
    void oldHashesFitAndAreFoundStale_AU19() {
        const std::string bare = "$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$";
        const std::string fresh = must(cheap.hash(kPassword));
        CPPUNIT_ASSERT(!cheap.stale(fresh));
        CPPUNIT_ASSERT(cheap.stale(bare));
        const PasswordHasher dearer("pepper", {2, 128 * 1024});
        CPPUNIT_ASSERT(dearer.stale(fresh));
    }
    void withoutThePepperNothingFits() {
        PasswordHasher other("another key", {1, 64 * 1024});
        CPPUNIT_ASSERT(!must(other.verify(kPassword, must(cheap.hash(kPassword)))));
    }
    void guessableOnesAreRefusedWithTheReason() {
        const std::vector<std::string> context = {"lovelace@example.org", "Ada Lovelace", "console.example.org"};
        for (const char* text : {"passwordpassword", "Password12345678", "P@ssw0rdP@ssw0rd!", "qwertyuiopasdfgh", "123456789012345", "aaaaaaaaaaaaaaaa",
                                 "correcthorsebatterystaple", "headscale2024!!!", "masthead-masthead-1", "LovelaceLovelace1", "admin@example.org1!", "letmeinletmein1",
                                 "abcabcabcabcabc1", "iloveyou20012002", "summer2023winter", "console.example.org", "tailscaletailscale", "xyzxyzxyzxyzxyz",
                                 "!!!!!!!!!!!!!!!!", "7777777788888888", "WelcomeWelcome2025!"}) {
            CPPUNIT_ASSERT_MESSAGE(text, weakPassword(text, context).has_value());
        }
        CPPUNIT_ASSERT(breachedPassword("thequickbrownfox"));
    }
    void lengthCountsCharactersAndBytes() {
        CPPUNIT_ASSERT(weakPassword("Kj4#pQ9!xLm2vB", {}).has_value());
        CPPUNIT_ASSERT(!weakPassword("Kj4#pQ9!xLm2vBn", {}));
        std::string emoji;
        for (int i = 0; i < 14; ++i) emoji += std::string("\xf0\x9f\x98") + static_cast<char>(0x80 + i * 3);
        CPPUNIT_ASSERT(weakPassword(emoji, {}).has_value());
        CPPUNIT_ASSERT(!weakPassword(emoji + "\xf0\x9f\x9a\x80", {}));
        std::string text;
        for (int i = 0; i < 256; ++i) text += static_cast<char>('a' + (i * 7 + i / 26) % 26);
        CPPUNIT_ASSERT(!unusablePassword(text));
        CPPUNIT_ASSERT(unusablePassword(text + "z").has_value());
        CPPUNIT_ASSERT(unusablePassword(std::string("seven purple\0otters", 19)).has_value());
        CPPUNIT_ASSERT(unusablePassword("seven purple \xff otters").has_value());
    }
    void hashesAreArgon2idWithTheAgreedCost() {
        PasswordHasher real("pepper");
        const std::string hash = must(real.hash(kPassword));
        CPPUNIT_ASSERT_EQUAL(std::string("pepper1:$argon2id$v=19$m=65536,t=3,p=1$"), hash.substr(0, 39));
        CPPUNIT_ASSERT(must(real.verify(kPassword, hash)));
        CPPUNIT_ASSERT(!must(real.verify("seven purple otters juggled", hash)));
        CPPUNIT_ASSERT(hash != must(real.hash(kPassword)));
    }
    void longPasswordsAreNotCutShort() {
        const std::string same(72, 'x');
        const std::string hash = must(cheap.hash(same + "a"));
        CPPUNIT_ASSERT(must(cheap.verify(same + "a", hash)));
        CPPUNIT_ASSERT(!must(cheap.verify(same + "b", hash)));
    }
    void unknownAccountsNeverFit() { CPPUNIT_ASSERT(!must(cheap.verify(kPassword, ""))); }
    void expensiveStoredHashesAreRefusedUnread() {
        for (const char* stored : {"$argon2id$v=19$m=4194304,t=3,p=1$c2FsdHNhbHQ$aGFzaA", "$argon2id$v=19$m=65536,t=11,p=1$c2FsdHNhbHQ$aGFzaA",
                                   "$argon2i$v=19$m=65536,t=3,p=1$c2FsdHNhbHQ$aGFzaA", "plain"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(stored, Code::Internal, cheap.verify(kPassword, stored).error().code);
        }
    }
    void manyAtOnceAllGetTheRightAnswerOrAreTurnedAway() {
        const std::string hash = must(cheap.hash(kPassword));
        std::atomic<int> right{0}, away{0}, wrong{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < 100; ++i) {
            threads.emplace_back([&] {
                auto fits = cheap.verify(kPassword, hash);
                ++(!fits ? (fits.error().code == Code::ResourceExhausted ? away : wrong) : *fits ? right : wrong);
            });
        }
        for (auto& thread : threads) thread.join();
        CPPUNIT_ASSERT_EQUAL(0, wrong.load());
        CPPUNIT_ASSERT_EQUAL(100, right.load() + away.load());
        CPPUNIT_ASSERT(right.load() > 0);
        CPPUNIT_ASSERT(must(cheap.verify(kPassword, hash)));  // every place was given back
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PasswordsTest);

}  // namespace masthead::console::auth
