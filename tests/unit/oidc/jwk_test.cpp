#include "host/console/auth/oidc/jwk.hpp"

#include "tests/unit/oidc/signer.hpp"

namespace masthead::console::oidc {

class JwkTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JwkTest);
    CPPUNIT_TEST(threeTypesOfKeysAreRead);
    CPPUNIT_TEST(OI27_keysThatCannotBeReadAreLeftOut);
    CPPUNIT_TEST(OI28_shortRsaKeysAreLeftOut);
    CPPUNIT_TEST(OI29_encryptionKeysAreLeftOut);
    CPPUNIT_TEST(privateAndSymmetricKeysAreLeftOut);
    CPPUNIT_TEST(weakExponentsAndWrongPointsAreLeftOut);
    CPPUNIT_TEST(whatIsNoSetIsRefused);
    CPPUNIT_TEST_SUITE_END();

    const Signer good_ = Signer::p256();

    /// Beside a good key, so that the set stands.
    void leftOut(const Json& key, const std::string& what) {
        const auto set = parseJwks(jwks({good_.jwk(), key}));
        CPPUNIT_ASSERT_MESSAGE(what, set.ok());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::size_t{1}, set->keys.size());
        CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::size_t{1}, set->left_out);
    }
    static Json with(Json key, const char* name, Json value) {
        key.set(name, std::move(value));
        return key;
    }

    void threeTypesOfKeysAreRead() {
        const auto set = parseJwks(jwks({Signer::rsa().jwk(), good_.jwk(), Signer::ed25519().jwk()}));
        CPPUNIT_ASSERT(set.ok());
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, set->keys.size());
        CPPUNIT_ASSERT(set->keys[0].type == KeyType::Rsa && set->keys[1].type == KeyType::P256 && set->keys[2].type == KeyType::Ed25519);
        CPPUNIT_ASSERT_EQUAL(std::string("e1"), set->keys[1].kid);
    }
    void OI27_keysThatCannotBeReadAreLeftOut() {
        leftOut(Json("junk"), "a text");
        leftOut(Json::object(), "nothing");
        leftOut(Json::object({{"kty", "RSA"}, {"n", "!!"}, {"e", "AQAB"}}), "not base64url");
        leftOut(Json::object({{"kty", "EC"}, {"crv", "secp256k1"}, {"x", "AA"}, {"y", "AA"}}), "another curve");
        leftOut(Json::object({{"kty", "quantum"}}), "another type");
        leftOut(with(Signer::rsa().jwk(), "kid", 7), "kid is a number");
        leftOut(with(Signer::rsa().jwk(), "kid", std::string(257, 'k')), "kid too long");
    }
    void OI28_shortRsaKeysAreLeftOut() { leftOut(Signer::rsa("short", 1024).jwk(), "1024 bit"); }
    void OI29_encryptionKeysAreLeftOut() {
        leftOut(with(Signer::rsa().jwk(), "use", "enc"), "use enc");
        leftOut(with(Signer::rsa().jwk(), "key_ops", Json::array({Json("encrypt")})), "key_ops encrypt");
        leftOut(with(Signer::rsa().jwk(), "use", 1), "use is a number");
    }
    void privateAndSymmetricKeysAreLeftOut() {
        leftOut(with(Signer::rsa().jwk(), "d", "AQAB"), "a private key");
        leftOut(Json::object({{"kty", "oct"}, {"k", "c2VjcmV0"}, {"alg", "HS256"}}), "a secret");
    }
    void weakExponentsAndWrongPointsAreLeftOut() {
        leftOut(with(Signer::rsa().jwk(), "e", base64UrlEncode("\x01")), "exponent 1");
        leftOut(with(Signer::rsa().jwk(), "e", base64UrlEncode("\x04")), "an even exponent");
        leftOut(with(Signer::p256().jwk(), "x", base64UrlEncode(std::string(32, '\x01'))), "a point beside the curve");
        leftOut(with(Signer::ed25519().jwk(), "x", base64UrlEncode("short")), "a short Ed25519 key");
        leftOut(with(Signer::rsa().jwk(), "n", base64UrlEncode(std::string(2000, '\xff'))), "16000 bit");
    }
    void whatIsNoSetIsRefused() {
        for (const char* text : {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]}", "{\"keys\":[1]}", "{\"keys\":[],\"keys\":[]}"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text, int(Code::InvalidArgument), int(parseJwks(text).error().code));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JwkTest);

}  // namespace masthead::console::oidc
