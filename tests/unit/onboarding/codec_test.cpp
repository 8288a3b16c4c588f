// Tickets and sealed boxes, QR codes, ZIP archives (checked against known bytes).
#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "crypto/codec.hpp"
#include "media/qr.hpp"
#include "media/zip.hpp"

using namespace onboarding;

namespace {

class CodecTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CodecTest);
    CPPUNIT_TEST(tokensAreLongAndDistinct);
    CPPUNIT_TEST(hashesAreSha256);
    CPPUNIT_TEST(base64UrlIsStrict);
    CPPUNIT_TEST(onlyTheSecretKeyOpensASeal);
    CPPUNIT_TEST(badPublicKeysAreRefused);
    CPPUNIT_TEST(qrIsAnSvgOfModules);
    CPPUNIT_TEST(zipHasItsRecords);
    CPPUNIT_TEST_SUITE_END();

public:
    void tokensAreLongAndDistinct() {
        std::set<std::string> seen;
        for (int i = 0; i < 1000; ++i) {
            const auto token = randomToken(32);
            CPPUNIT_ASSERT_EQUAL(std::size_t{43}, token.size());
            CPPUNIT_ASSERT(seen.insert(token).second);
        }
    }

    void hashesAreSha256() {
        CPPUNIT_ASSERT_EQUAL(std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"), sha256("abc"));
    }

    void base64UrlIsStrict() {
        CPPUNIT_ASSERT_EQUAL(std::string("-_8"), toBase64Url("\xfb\xff"));
        CPPUNIT_ASSERT_EQUAL(std::string("\xfb\xff"), fromBase64Url("-_8").value_or(""));
        for (const char* bad : {"+/8", "-_8=", "-_8 ", "-", "\n", "\x81\xb0\x41"}) CPPUNIT_ASSERT_MESSAGE(bad, !fromBase64Url(bad));
    }

    void onlyTheSecretKeyOpensASeal() {
        const KeyPair mine = makeKeyPair(), other = makeKeyPair();
        std::string box = seal("hskey-auth-secret", mine.public_key);
        CPPUNIT_ASSERT(box.find("secret") == std::string::npos);
        CPPUNIT_ASSERT_EQUAL(std::string("hskey-auth-secret"), openSealed(box, mine.secret_key).value_or("closed"));
        CPPUNIT_ASSERT(!openSealed(box, other.secret_key));
        box[box.size() / 2] = box[box.size() / 2] == 'A' ? 'B' : 'A';
        CPPUNIT_ASSERT(!openSealed(box, mine.secret_key));
        CPPUNIT_ASSERT(!openSealed("", mine.secret_key));
        CPPUNIT_ASSERT(!openSealed("AAAA", ""));
    }

    void badPublicKeysAreRefused() {
        CPPUNIT_ASSERT(isPublicKey(makeKeyPair().public_key));
        CPPUNIT_ASSERT(!isPublicKey(""));
        CPPUNIT_ASSERT(!isPublicKey(std::string(43, '!')));
        CPPUNIT_ASSERT(!isPublicKey(std::string(44, 'A')));
        // The point of order one would make every sealed box readable by anybody.
        CPPUNIT_ASSERT(!isPublicKey(std::string(43, 'A')));
    }

    void qrIsAnSvgOfModules() {
        const auto svg = qrSvg("hskey-auth-abc");
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, svg.find("<svg xmlns="));
        // Version 1 or 2 with a quiet zone of four on both sides: 29 or 33 modules.
        CPPUNIT_ASSERT(svg.find("viewBox=\"0 0 29 29\"") != std::string::npos || svg.find("viewBox=\"0 0 33 33\"") != std::string::npos);
        CPPUNIT_ASSERT(svg.find("M4 4h7v1h-7z") != std::string::npos);
        CPPUNIT_ASSERT(qrSvg("").empty());
        CPPUNIT_ASSERT(qrSvg(std::string(4000, 'x')).empty());
        CPPUNIT_ASSERT(!qrSvg(std::string(300, 'x')).empty());
    }

    void zipHasItsRecords() {
        CPPUNIT_ASSERT_EQUAL(std::uint32_t{0xcbf43926}, crc32("123456789"));
        ZipWriter zip(1'800'000'000'000);
        zip.add("a.txt", "one");
        zip.add("b/\u4f60.svg", "two!");
        const std::string bytes = zip.finish();
        CPPUNIT_ASSERT_EQUAL(std::string("PK\x03\x04", 4), bytes.substr(0, 4));
        CPPUNIT_ASSERT(bytes.find("one") != std::string::npos);
        const auto end = bytes.rfind(std::string("PK\x05\x06", 4));
        CPPUNIT_ASSERT_EQUAL(bytes.size() - 22, end);
        CPPUNIT_ASSERT_EQUAL('\x02', bytes[end + 10]);
        std::uint32_t directory = 0;
        for (int i = 3; i >= 0; --i) directory = directory << 8 | static_cast<unsigned char>(bytes[end + 16 + static_cast<std::size_t>(i)]);
        CPPUNIT_ASSERT_EQUAL(std::string("PK\x01\x02", 4), bytes.substr(directory, 4));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CodecTest);

}  // namespace
