// One-time codes: TO-01, TO-03, TO-04, TO-05, TO-11, TO-12, TO-14.
#include "host/console/auth/totp.hpp"

#include <cstdio>
#include <cstdlib>

#include "host/console/auth/qr.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console::auth {

using Kind = TotpMatch::Kind;

class TotpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TotpTest);
    CPPUNIT_TEST(vectorsOfTheRfc);
    CPPUNIT_TEST(thePresentStepAndTheOneBefore);
    CPPUNIT_TEST(strictTakesThePresentStepOnly);
    CPPUNIT_TEST(aStepCountsOnce);
    CPPUNIT_TEST(aWrongClockIsToldApart);
    CPPUNIT_TEST(onlyAsciiDigitsAndSpaces);
    CPPUNIT_TEST(secretTextIsBase32);
    CPPUNIT_TEST(theUriEscapesNames);
    CPPUNIT_TEST(theQrCodeReadsAsTheUri);
    CPPUNIT_TEST(aTextThatIsTooLongHasNoQrCode);
    CPPUNIT_TEST_SUITE_END();

    const std::string seed = "12345678901234567890";
    static constexpr std::int64_t kNow = 1'800'000'015;  // in the middle of a step
    static constexpr std::int64_t kStep = kNow / 30;

    std::string at(std::int64_t steps) { return totpCode(seed, kNow + steps * 30); }

    // RFC 6238, appendix B, with the seeds of its errata: 20, 32 and 64 bytes. TO-01.
    void vectorsOfTheRfc() {
        const std::string seed32 = "12345678901234567890123456789012";
        const std::string seed64 = "1234567890123456789012345678901234567890123456789012345678901234";
        const struct {
            std::int64_t at;
            const char *sha1, *sha256, *sha512;
        } rows[] = {{59, "94287082", "46119246", "90693936"},         {1111111109, "07081804", "68084774", "25091201"},
                    {1111111111, "14050471", "67062674", "99943326"}, {1234567890, "89005924", "91819424", "93441116"},
                    {2000000000, "69279037", "90698825", "38618901"}, {20000000000, "65353130", "77737706", "47863826"}};
        for (const auto& row : rows) {
            CPPUNIT_ASSERT_EQUAL(std::string(row.sha1), totpCode(seed, row.at, 8));
            CPPUNIT_ASSERT_EQUAL(std::string(row.sha256), totpCode(seed32, row.at, 8, TotpHash::Sha256));
            CPPUNIT_ASSERT_EQUAL(std::string(row.sha512), totpCode(seed64, row.at, 8, TotpHash::Sha512));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("287082"), totpCode(seed, 59));
    }

    // TO-03, TO-04.
    void thePresentStepAndTheOneBefore() {
        for (const auto& [steps, kind] : {std::pair{0, Kind::Accepted},
                                          {-1, Kind::Accepted},
                                          {1, Kind::ClockOff},
                                          {-2, Kind::ClockOff},
                                          {2, Kind::ClockOff}}) {
            const TotpMatch match = matchTotp(seed, at(steps), kNow, 0);
            CPPUNIT_ASSERT_MESSAGE(std::to_string(steps), match.kind == kind);
            CPPUNIT_ASSERT_EQUAL(kStep + steps, match.step);
        }
        CPPUNIT_ASSERT(matchTotp(seed, "000000", kNow, 0).kind == Kind::Wrong);
        CPPUNIT_ASSERT(matchTotp("another seed of 20 b", at(0), kNow, 0).kind == Kind::Wrong);
    }

    void strictTakesThePresentStepOnly() {
        CPPUNIT_ASSERT(matchTotp(seed, at(0), kNow, 0, true).kind == Kind::Accepted);
        CPPUNIT_ASSERT(matchTotp(seed, at(-1), kNow, 0, true).kind == Kind::ClockOff);
    }

    // TO-02 and TO-05: what was accepted, and whatever came before it, is used up.
    void aStepCountsOnce() {
        CPPUNIT_ASSERT(matchTotp(seed, at(0), kNow, kStep).kind == Kind::Replayed);
        CPPUNIT_ASSERT(matchTotp(seed, at(-1), kNow, kStep).kind == Kind::Replayed);
        CPPUNIT_ASSERT(matchTotp(seed, at(-1), kNow, kStep - 1).kind == Kind::Replayed);
        CPPUNIT_ASSERT(matchTotp(seed, at(-1), kNow, kStep - 2).kind == Kind::Accepted);
        CPPUNIT_ASSERT(matchTotp(seed, at(0), kNow, kStep - 1).kind == Kind::Accepted);
    }

    // TO-11: +-90 s is three steps.
    void aWrongClockIsToldApart() {
        for (const int steps : {-3, 3, -10, 10}) {
            const TotpMatch match = matchTotp(seed, at(steps), kNow, 0);
            CPPUNIT_ASSERT(match.kind == Kind::ClockOff);
            CPPUNIT_ASSERT_EQUAL(std::int64_t{steps * 30}, match.seconds);
        }
        CPPUNIT_ASSERT(matchTotp(seed, at(11), kNow, 0).kind == Kind::Wrong);
    }

    // TO-12.
    void onlyAsciiDigitsAndSpaces() {
        CPPUNIT_ASSERT_EQUAL(std::string("123456"), tidyTotp("123456").value());
        CPPUNIT_ASSERT_EQUAL(std::string("123456"), tidyTotp(" 123 456 ").value());
        for (const char* typed : {"", "12345", "1234567", "12345a", "-12345", "+12345", "1234.5", "123\t456", "123\n456",
                                  "12345６", "１２３４５６", "١٢٣٤٥٦",
                                  "123\xc2\xa0"
                                  "456"}) {
            CPPUNIT_ASSERT_MESSAGE(typed, !tidyTotp(typed));
        }
        CPPUNIT_ASSERT(!tidyTotp(std::string("12345\0006", 7)));
        CPPUNIT_ASSERT(!tidyTotp("123456" + std::string(1000, ' ')));
    }

    void secretTextIsBase32() {
        CPPUNIT_ASSERT_EQUAL(std::string("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), totpSecretText(seed));
        CPPUNIT_ASSERT_EQUAL(std::size_t{32}, totpSecretText(std::string(20, '\xff')).size());
    }

    // TO-14.
    void theUriEscapesNames() {
        CPPUNIT_ASSERT_EQUAL(
            std::string(
                "otpauth://totp/Masthead%20%28a%3Ab%26c%29:ada%2Bx%40example.org%3Fq%23f?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                "&issuer=Masthead%20%28a%3Ab%26c%29&algorithm=SHA1&digits=6&period=30"),
            totpUri(seed, "Masthead (a:b&c)", "ada+x@example.org?q#f"));
        CPPUNIT_ASSERT(totpUri(seed, "M", "\xc3\xa9").find("M:%C3%A9?") != std::string::npos);
    }

    /// The path of our SVG drawn into a bitmap and given to zbarimg, a decoder that is not ours.
    static std::string decoded(const std::string& svg) {
        const auto number = [](const std::string& text, std::size_t& at) {
            int value = 0;
            while (at < text.size() && text[at] >= '0' && text[at] <= '9') value = value * 10 + (text[at++] - '0');
            return value;
        };
        std::size_t at = svg.find("viewBox=\"0 0 ") + 13;
        const int side = number(svg, at);
        std::vector<std::string> rows(static_cast<std::size_t>(side), std::string(static_cast<std::size_t>(side), '\xff'));
        for (at = svg.find(" d=\"") + 4; at < svg.size() && svg[at] == 'M';) {
            const int x = number(svg, ++at), y = number(svg, ++at), run = number(svg, ++at);
            for (int i = 0; i < run; ++i) rows.at(static_cast<std::size_t>(y)).at(static_cast<std::size_t>(x + i)) = '\0';
            at = svg.find('z', at) + 1;
        }
        constexpr int kScale = 4;
        std::string picture = "P5\n" + std::to_string(side * kScale) + " " + std::to_string(side * kScale) + "\n255\n";
        for (const auto& row : rows) {
            std::string wide;
            for (const char c : row) wide += std::string(kScale, c);
            for (int i = 0; i < kScale; ++i) picture += wide;
        }
        const testing::TempDir dir;
        must(writeFileAtomic(dir.file("qr.pgm"), picture));
        must(writeFileAtomic(dir.file("out"), ""));
        const std::string command = "zbarimg --raw -q " + dir.file("qr.pgm") + " > " + dir.file("out") + " 2>/dev/null";
        CPPUNIT_ASSERT_EQUAL(0, std::system(command.c_str()));
        std::string text = must(readFile(dir.file("out")));
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    }

    // TO-14.
    void theQrCodeReadsAsTheUri() {
        if (std::system("command -v zbarimg > /dev/null 2>&1") != 0) {
            std::puts("skipped: zbarimg (zbar-tools) is not installed");
            return;
        }
        const std::string uri = totpUri(seed, "Masthead (vpn.example.org)", "ada+long.address@example.org");
        CPPUNIT_ASSERT_EQUAL(uri, decoded(qrSvg(uri)));
    }

    void aTextThatIsTooLongHasNoQrCode() {
        CPPUNIT_ASSERT(qrSvg("").empty());
        CPPUNIT_ASSERT(qrSvg(std::string(1025, 'a')).empty());
        CPPUNIT_ASSERT(!qrSvg(std::string(1024, 'a')).empty());
        CPPUNIT_ASSERT(qrSvg("<script>").find("script") == std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TotpTest);

}  // namespace masthead::console::auth
