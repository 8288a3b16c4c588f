// Recovery codes as texts: RC-01, RC-08.
#include "host/console/auth/recovery_codes.hpp"

#include <set>

#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {

class RecoveryCodesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RecoveryCodesTest);
    CPPUNIT_TEST(tenCodesOfEightyBit);
    CPPUNIT_TEST(typedCodesAreForgiven);
    CPPUNIT_TEST(otherTextsAreNone);
    CPPUNIT_TEST(hashesDependOnCodeAndSalt);
    CPPUNIT_TEST_SUITE_END();

    // RC-01. Every character of the alphabet shows up, none else.
    void tenCodesOfEightyBit() {
        std::set<char> seen;
        for (int i = 0; i < 40; ++i) {
            const auto codes = newRecoveryCodes();
            CPPUNIT_ASSERT_EQUAL(kRecoveryCodes, std::set<std::string>(codes.begin(), codes.end()).size());
            for (const auto& code : codes) {
                CPPUNIT_ASSERT_EQUAL(kRecoveryChars, code.size());
                seen.insert(code.begin(), code.end());
            }
        }
        CPPUNIT_ASSERT_EQUAL(std::string("0123456789ABCDEFGHJKMNPQRSTVWXYZ"), std::string(seen.begin(), seen.end()));
        CPPUNIT_ASSERT_EQUAL(std::string("ABCD-EFGH-JKMN-PQRS"), showRecoveryCode("ABCDEFGHJKMNPQRS"));
    }

    // RC-08.
    void typedCodesAreForgiven() {
        for (const char* typed : {"ABCD-EFGH-JK01-PQRS", "abcd-efgh-jk01-pqrs", "abcdefghjk01pqrs", " a b c d-efgh--jkOI-pqrs ",
                                  "ABCDEFGHJKOLPQRS", "abcdefghjkolpqrs"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(typed, std::string("ABCDEFGHJK01PQRS"), tidyRecoveryCode(typed).value_or("none"));
        }
    }

    void otherTextsAreNone() {
        for (const char* typed :
             {"", "ABCDEFGHJK01PQR", "ABCDEFGHJK01PQRST", "ABCDEFGHJK01PQRU", "ABCDEFGHJK01PQR\xc3\xa9", "ABCD_EFGH_JK01_PQRS"}) {
            CPPUNIT_ASSERT_MESSAGE(typed, !tidyRecoveryCode(typed));
        }
        CPPUNIT_ASSERT(!tidyRecoveryCode("ABCDEFGHJK01PQRS" + std::string(100, '-')));
        CPPUNIT_ASSERT(!tidyRecoveryCode(std::string("ABCDEFGHJK01PQR\0S", 17)));
    }

    void hashesDependOnCodeAndSalt() {
        const RecoveryCost cheap{1, 64 * 1024};
        const std::string salt = newRecoverySalt();
        const std::string hash = must(hashRecoveryCode("ABCDEFGHJK01PQRS", salt, cheap));
        CPPUNIT_ASSERT_EQUAL(std::size_t{64}, hash.size());
        CPPUNIT_ASSERT_EQUAL(hash, must(hashRecoveryCode("ABCDEFGHJK01PQRS", salt, cheap)));
        CPPUNIT_ASSERT(hash != must(hashRecoveryCode("ABCDEFGHJK01PQRT", salt, cheap)));
        CPPUNIT_ASSERT(hash != must(hashRecoveryCode("ABCDEFGHJK01PQRS", newRecoverySalt(), cheap)));
        CPPUNIT_ASSERT(hash != must(hashRecoveryCode("ABCDEFGHJK01PQRS", salt, {})));
        CPPUNIT_ASSERT(!hashRecoveryCode("ABCDEFGHJK01PQRS", "short", cheap).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RecoveryCodesTest);

}  // namespace masthead::console::auth
