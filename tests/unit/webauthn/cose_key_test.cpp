// WA-24 to WA-28 and WA-31: public keys that prove nothing, or were not offered.
#include "host/console/auth/webauthn/cose_key.hpp"

#include "tests/unit/webauthn/party.hpp"

namespace masthead::console::auth::webauthn {

using namespace testing;

class CoseKeyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(CoseKeyTest);
    CPPUNIT_TEST(goodKeys);
    CPPUNIT_TEST(wa24AlgorithmsNotOffered);
    CPPUNIT_TEST(wa25AlgorithmAndTypeContradict);
    CPPUNIT_TEST(wa26PointsOffTheCurve);
    CPPUNIT_TEST(wa27ShortRsa);
    CPPUNIT_TEST(wa28RsaExponents);
    CPPUNIT_TEST(wa31SmallOrderEd25519);
    CPPUNIT_TEST(shapes);
    CPPUNIT_TEST_SUITE_END();

    static std::string ec(std::int64_t type, std::int64_t algorithm, std::int64_t curve, const std::string& x, const std::string& y) {
        return cborMap({{cborInt(1), cborInt(type)}, {cborInt(3), cborInt(algorithm)}, {cborInt(-1), cborInt(curve)}, {cborInt(-2), cborBytes(x)}, {cborInt(-3), cborBytes(y)}});
    }
    static std::string okp(std::int64_t type, std::int64_t algorithm, std::int64_t curve, const std::string& x) {
        return cborMap({{cborInt(1), cborInt(type)}, {cborInt(3), cborInt(algorithm)}, {cborInt(-1), cborInt(curve)}, {cborInt(-2), cborBytes(x)}});
    }
    static std::string rsa(std::int64_t algorithm, const std::string& n, const std::string& e) {
        return cborMap({{cborInt(1), cborInt(3)}, {cborInt(3), cborInt(algorithm)}, {cborInt(-1), cborBytes(n)}, {cborInt(-2), cborBytes(e)}});
    }

    SoftKey p256 = SoftKey::es256();
    std::string x = p256.point.substr(0, 32), y = p256.point.substr(32);
    SoftKey ed = SoftKey::ed25519();
    SoftKey big = SoftKey::rsa(2048);

    void goodKeys() {
        const auto key = parsePublicKey(ec(2, -7, 1, x, y));
        accepted(key);
        CPPUNIT_ASSERT_EQUAL(p256.point, key->point);
        accepted(parsePublicKey(ed.cose()));
        accepted(parsePublicKey(big.cose()));
    }
    void wa24AlgorithmsNotOffered() {
        for (const std::int64_t algorithm : {-259, -65535, -258, -37, -35, -36, -47, 0, 7, -8}) {
            if (algorithm != -8) refused(parsePublicKey(ec(2, algorithm, 1, x, y)), "not offered");
            refused(parsePublicKey(rsa(algorithm, big.modulus, big.exponent)), algorithm == -8 ? "not an Ed25519 key" : "not offered");
        }
        refused(parsePublicKey(cborMap({{cborInt(1), cborInt(2)}, {cborInt(-1), cborInt(1)}, {cborInt(-2), cborBytes(x)}, {cborInt(-3), cborBytes(y)}})), "not offered");
    }
    void wa25AlgorithmAndTypeContradict() {
        refused(parsePublicKey(ec(1, -7, 1, x, y)), "not a P-256 key");
        refused(parsePublicKey(okp(1, -7, 6, ed.point)), "not a P-256 key");
        refused(parsePublicKey(ec(2, -7, 2, x, y)), "not a P-256 key");
        refused(parsePublicKey(ec(2, -7, 8, x, y)), "not a P-256 key");
        refused(parsePublicKey(ec(2, -8, 1, x, y)), "not an Ed25519 key");
        refused(parsePublicKey(okp(2, -8, 6, ed.point)), "not an Ed25519 key");
        refused(parsePublicKey(okp(1, -8, 7, ed.point)), "not an Ed25519 key");
        refused(parsePublicKey(ec(2, -257, 1, x, y)), "not an RSA key");
        refused(parsePublicKey(rsa(-7, big.modulus, big.exponent)), "not a P-256 key");
    }
    void wa26PointsOffTheCurve() {
        std::string off = y;
        off.back() = static_cast<char>(off.back() ^ 1);
        refused(parsePublicKey(ec(2, -7, 1, x, off)), "not a point on P-256");
        refused(parsePublicKey(ec(2, -7, 1, y, x)), "not a point on P-256");
        refused(parsePublicKey(ec(2, -7, 1, std::string(32, '\0'), std::string(32, '\0'))), "not a point on P-256");
        refused(parsePublicKey(ec(2, -7, 1, std::string(32, '\xff'), std::string(32, '\xff'))), "not a point on P-256");
        refused(parsePublicKey(ec(2, -7, 1, x.substr(1), y)), "32 bytes");
        refused(parsePublicKey(ec(2, -7, 1, std::string(1, '\0') + x, y)), "32 bytes");
        refused(parsePublicKey(cborMap({{cborInt(1), cborInt(2)}, {cborInt(3), cborInt(-7)}, {cborInt(-1), cborInt(1)}, {cborInt(-2), cborBytes(x)}, {cborInt(-3), "\xf5"}})), "32 bytes");
    }
    void wa27ShortRsa() {
        const SoftKey small = SoftKey::rsa(1024);
        refused(parsePublicKey(small.cose()), "fewer than 2048 bits");
        refused(parsePublicKey(rsa(-257, small.modulus + small.modulus.substr(0, 127) + std::string(1, '\x7e'), big.exponent)), "an even one");
        std::string shorter = big.modulus;
        shorter[0] = static_cast<char>(shorter[0] & 0x7f);
        refused(parsePublicKey(rsa(-257, shorter, big.exponent)), "fewer than 2048 bits");
        refused(parsePublicKey(rsa(-257, std::string(1, '\0') + big.modulus, big.exponent)), "acceptable length");
        refused(parsePublicKey(rsa(-257, std::string(513, '\xff'), big.exponent)), "acceptable length");
        refused(parsePublicKey(rsa(-257, "", big.exponent)), "acceptable length");
    }
    void wa28RsaExponents() {
        for (const std::string& exponent : {std::string("\x01"), std::string("\x03"), std::string("\x01\x00\x00", 3), std::string("\xff\xff"), std::string("\x01\x00\x02", 3)}) {
            refused(parsePublicKey(rsa(-257, big.modulus, exponent)), "below 65537 or an even one");
        }
        refused(parsePublicKey(rsa(-257, big.modulus, "")), "acceptable length");
        refused(parsePublicKey(rsa(-257, big.modulus, std::string("\0\x01\x00\x01", 4))), "acceptable length");
        refused(parsePublicKey(rsa(-257, big.modulus, std::string(5, '\xff'))), "acceptable length");
        accepted(parsePublicKey(rsa(-257, big.modulus, std::string("\x01\x00\x03", 3))));
    }
    void wa31SmallOrderEd25519() {
        for (const char* hex : {
                 "0100000000000000000000000000000000000000000000000000000000000000",  // the neutral element
                 "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",  // order 2
                 "0000000000000000000000000000000000000000000000000000000000000000",  // order 4
                 "0000000000000000000000000000000000000000000000000000000000000080",
                 "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",  // order 8
                 "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                 "0100000000000000000000000000000000000000000000000000000000000080",  // not canonical
                 "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                 "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
             }) {
            refused(parsePublicKey(okp(1, -8, 6, *hexDecode(hex))), "full order");
        }
    }
    void shapes() {
        refused(parsePublicKey(cborBytes("x")), "not a map");
        refused(parsePublicKey(ec(2, -7, 1, x, y) + "x"), "bytes behind its end");
        refused(parsePublicKey(""), "ends too early");
        // A private part, or anything else that nobody asked for.
        refused(parsePublicKey(cborMap({{cborInt(1), cborInt(2)}, {cborInt(3), cborInt(-7)}, {cborInt(-1), cborInt(1)}, {cborInt(-2), cborBytes(x)}, {cborInt(-3), cborBytes(y)}, {cborInt(-4), cborBytes(x)}})),
                "not a P-256 key");
        refused(parsePublicKey(cborMap({{cborText("1"), cborInt(2)}, {cborText("3"), cborInt(-7)}})), "not offered");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(CoseKeyTest);

}  // namespace masthead::console::auth::webauthn
