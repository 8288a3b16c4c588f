#include "host/console/auth/oidc/jwt.hpp"

#include "tests/unit/oidc/signer.hpp"

namespace masthead::console::oidc {

class JwtTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(JwtTest);
    CPPUNIT_TEST(everyAcceptedAlgorithmVerifies);
    CPPUNIT_TEST(OI13_OI14_noneInAnyCaseIsRefused);
    CPPUNIT_TEST(OI15_OI16_symmetricSignaturesAreRefused);
    CPPUNIT_TEST(OI17_aForeignKeyOfTheSameNameIsRefused);
    CPPUNIT_TEST(OI18_everyFlippedBitOfTheSignatureIsNoticed);
    CPPUNIT_TEST(OI18_changedClaimsAreNoticed);
    CPPUNIT_TEST(OI19_OI20_unknownKidsAskForNewKeys);
    CPPUNIT_TEST(OI21_OI22_OI23_keysInTheHeaderAreNeverUsed);
    CPPUNIT_TEST(OI24_criticalMembersAreRefused);
    CPPUNIT_TEST(OI25_encryptedTokensAreRefused);
    CPPUNIT_TEST(OI26_twoKeysAndNoKidIsAmbiguous);
    CPPUNIT_TEST(theAlgorithmComesFromTheKey);
    CPPUNIT_TEST(signaturesOfOddShapeAreRefused);
    CPPUNIT_TEST(junkIsNoToken);
    CPPUNIT_TEST_SUITE_END();

    const Json claims_ = Json::object({{"sub", "ada"}});

    static JwkSet set(std::initializer_list<Json> keys) {
        auto parsed = parseJwks(jwks(keys));
        CPPUNIT_ASSERT(parsed.ok());
        return *parsed;
    }
    /// Code::Ok when it is trusted.
    static Code verdict(const std::string& token, const JwkSet& keys) {
        const auto parsed = parseJwt(token);
        if (!parsed) return parsed.error().code;
        const Status trusted = verifyJwt(*parsed, keys);
        return trusted ? Code::Ok : trusted.error().code;
    }
    static void refused(const std::string& token, const JwkSet& keys, const std::string& what) {
        const Code code = verdict(token, keys);
        CPPUNIT_ASSERT_MESSAGE(what, code == Code::Unauthenticated || code == Code::InvalidArgument);
    }

    void everyAcceptedAlgorithmVerifies() {
        for (const Signer& signer : {Signer::rsa(), Signer::p256(), Signer::ed25519()}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(signer.alg(), int(Code::Ok), int(verdict(signer.token(claims_), set({signer.jwk()}))));
        }
        const Signer rsa = Signer::rsa();
        const std::string pss = rsa.token(Json::object({{"alg", "PS256"}, {"kid", "r1"}}), claims_);
        CPPUNIT_ASSERT_EQUAL(int(Code::Ok), int(verdict(pss, set({rsa.jwk()}))));
        CPPUNIT_ASSERT_EQUAL(std::string("ada"), parseJwt(pss)->claims.text("sub"));
    }
    void OI13_OI14_noneInAnyCaseIsRefused() {
        const Signer rsa = Signer::rsa();
        for (const char* alg : {"none", "None", "nOnE", "NONE", ""}) {
            const Json header = Json::object({{"alg", alg}, {"kid", "r1"}});
            const std::string body = base64UrlEncode(header.dump()) + "." + base64UrlEncode(claims_.dump()) + ".";
            refused(body, set({rsa.jwk()}), alg);
            refused(rsa.token(header, claims_), set({rsa.jwk()}), alg);
        }
    }
    void OI15_OI16_symmetricSignaturesAreRefused() {
        const Signer rsa = Signer::rsa();
        for (const char* alg : {"HS256", "HS384", "HS512"}) {
            refused(Signer::hmacToken(alg, "the client secret", claims_), set({rsa.jwk()}), alg);
            refused(Signer::hmacToken(alg, rsa.pem(), claims_), set({rsa.jwk()}), alg);
        }
    }
    void OI17_aForeignKeyOfTheSameNameIsRefused() {
        refused(Signer::rsa("r1").token(claims_), set({Signer::rsa("r1").jwk()}), "rsa");
        refused(Signer::p256("e1").token(claims_), set({Signer::p256("e1").jwk()}), "p256");
        refused(Signer::ed25519("d1").token(claims_), set({Signer::ed25519("d1").jwk()}), "ed25519");
    }
    void OI18_everyFlippedBitOfTheSignatureIsNoticed() {
        const Signer signer = Signer::p256();
        const JwkSet keys = set({signer.jwk()});
        const std::string token = signer.token(claims_);
        const auto dot = token.rfind('.');
        const std::string signature = *base64UrlDecode(token.substr(dot + 1));
        for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
            std::string broken = signature;
            broken[bit / 8] = static_cast<char>(broken[bit / 8] ^ (1 << (bit % 8)));
            refused(token.substr(0, dot + 1) + base64UrlEncode(broken), keys, std::to_string(bit));
        }
    }
    void OI18_changedClaimsAreNoticed() {
        const Signer signer = Signer::rsa();
        const std::string token = signer.token(claims_);
        const auto first = token.find('.'), last = token.rfind('.');
        const std::string changed = token.substr(0, first + 1) + base64UrlEncode(R"({"sub":"eve"})") + token.substr(last);
        refused(changed, set({signer.jwk()}), "claims");
    }
    void OI19_OI20_unknownKidsAskForNewKeys() {
        const Signer signer = Signer::rsa();
        for (const char* kid : {"r2", "../../etc/passwd", "' OR 1=1 --", "", "R1"}) {
            const std::string token = signer.token(Json::object({{"alg", "RS256"}, {"kid", kid}}), claims_);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(kid, int(Code::NotFound), int(verdict(token, set({signer.jwk()}))));
        }
        refused(signer.token(Json::object({{"alg", "RS256"}, {"kid", 7}}), claims_), set({signer.jwk()}), "a number");
        refused(signer.token(Json::object({{"alg", "RS256"}, {"kid", std::string(300, 'k')}}), claims_), set({signer.jwk()}), "long");
    }
    void OI21_OI22_OI23_keysInTheHeaderAreNeverUsed() {
        const Signer ours = Signer::rsa("r1"), theirs = Signer::rsa("r1");
        const std::pair<const char*, Json> members[] = {
            {"jku", Json("https://evil.example/jwks")}, {"x5u", Json("https://evil.example/chain")}, {"jwk", theirs.jwk()}, {"x5c", Json::array({Json("AAAA")})}};
        for (const auto& [name, value] : members) {
            Json header = Json::object({{"alg", "RS256"}, {"kid", "r1"}});
            header.set(name, value);
            refused(theirs.token(header, claims_), set({ours.jwk()}), name);
        }
    }
    void OI24_criticalMembersAreRefused() {
        const Signer signer = Signer::rsa();
        const Json header = Json::object({{"alg", "RS256"}, {"kid", "r1"}, {"crit", Json::array({Json("exp")})}});
        refused(signer.token(header, claims_), set({signer.jwk()}), "crit");
        refused(signer.token(Json::object({{"alg", "RS256"}, {"kid", "r1"}, {"b64", false}, {"crit", Json::array({Json("b64")})}}), claims_), set({signer.jwk()}), "b64");
    }
    void OI25_encryptedTokensAreRefused() {
        const Signer signer = Signer::rsa();
        const std::string header = base64UrlEncode(R"({"alg":"RSA-OAEP","enc":"A256GCM"})");
        refused(header + ".AAAA.AAAA.AAAA.AAAA", set({signer.jwk()}), "five parts");
        refused(signer.token(Json::object({{"alg", "RS256"}, {"kid", "r1"}, {"enc", "A256GCM"}}), claims_), set({signer.jwk()}), "enc");
    }
    void OI26_twoKeysAndNoKidIsAmbiguous() {
        const Signer one = Signer::rsa("r1"), two = Signer::rsa("r2"), other = Signer::p256();
        const std::string token = one.token(Json::object({{"alg", "RS256"}}), claims_);
        refused(token, set({one.jwk(), two.jwk()}), "two that fit");
        CPPUNIT_ASSERT_EQUAL(int(Code::Ok), int(verdict(token, set({one.jwk()}))));
        CPPUNIT_ASSERT_EQUAL(int(Code::Ok), int(verdict(token, set({one.jwk(), other.jwk()}))));
    }
    void theAlgorithmComesFromTheKey() {
        const Signer rsa = Signer::rsa("k"), ec = Signer::p256("k2");
        Json pinned = rsa.jwk();
        pinned.set("alg", "PS256");
        refused(rsa.token(claims_), set({pinned}), "the key is for PS256");
        refused(rsa.token(Json::object({{"alg", "RS256"}, {"kid", "k2"}}), claims_), set({rsa.jwk(), ec.jwk()}), "an EC key's name");
        for (const char* alg : {"RS1", "RS384", "RS512", "ES384", "ES256K", "PS512", "rs256", "RS256 "})
            refused(rsa.token(Json::object({{"alg", alg}, {"kid", "k"}}), claims_), set({rsa.jwk()}), alg);
    }
    void signaturesOfOddShapeAreRefused() {
        for (const Signer& signer : {Signer::rsa(), Signer::p256(), Signer::ed25519()}) {
            const JwkSet keys = set({signer.jwk()});
            const std::string token = signer.token(claims_);
            const auto dot = token.rfind('.');
            const std::string signature = *base64UrlDecode(token.substr(dot + 1));
            for (const std::string& odd : {std::string(), signature.substr(1), signature + "\1", std::string(signature.size(), '\0'), std::string(1000, 'x')})
                refused(token.substr(0, dot + 1) + base64UrlEncode(odd), keys, signer.alg() + " " + std::to_string(odd.size()));
        }
    }
    void junkIsNoToken() {
        const std::string good = Signer::p256().token(claims_);
        for (const std::string& text : {std::string(), std::string("."), std::string(".."), std::string("a.b.c"), good + ".", "." + good, good + "=", " " + good,
                                        std::string("e30.e30.e30"), std::string(600 * 1024, 'a'), good.substr(0, good.find('.')) + ".W10.AAAA"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(text.substr(0, 40), int(Code::InvalidArgument), int(parseJwt(text).error().code));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(JwtTest);

}  // namespace masthead::console::oidc
