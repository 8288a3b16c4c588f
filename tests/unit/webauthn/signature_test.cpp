// WA-29, WA-30, WA-32: signatures, for every kind of key and by both verifiers.
#include "host/console/auth/webauthn/signature.hpp"

#include "tests/unit/webauthn/party.hpp"

namespace masthead::console::auth::webauthn {

using namespace testing;

class SignatureTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SignatureTest);
    CPPUNIT_TEST(everyKindOfKeySignsIn);
    CPPUNIT_TEST(wa29SignatureOfAnotherCredential);
    CPPUNIT_TEST(wa30MalformedSignatures);
    CPPUNIT_TEST(wa32SignedWithoutTheHash);
    CPPUNIT_TEST(everyBitCounts);
    CPPUNIT_TEST_SUITE_END();

    std::vector<SoftKey> kinds = {SoftKey::es256(), SoftKey::ed25519(), SoftKey::rsa(2048), SoftKey::rsa(2048, 0x1000003), SoftKey::rsa(3072)};
    Party party;

    KnownCredential with(const SoftKey& key) {
        party.passkey.key = key;
        return party.registered();
    }
    static std::string der(const std::string& r, const std::string& s) {
        const std::string body = std::string("\x02") + static_cast<char>(r.size()) + r + "\x02" + static_cast<char>(s.size()) + s;
        return std::string("\x30") + static_cast<char>(body.size()) + body;
    }
    void badSignature(const KnownCredential& known, const std::string& signature) {
        Use use = party.use();
        use.signature = signature;
        refused(party.verify(known, use), "signature does not fit");
    }

    void everyKindOfKeySignsIn() {
        for (const auto& key : kinds) {
            const auto known = with(key);
            Use use = party.use();
            use.sign(key);
            accepted(party.verify(known, use));
        }
    }
    void wa29SignatureOfAnotherCredential() {
        for (const auto& key : kinds) {
            const auto known = with(key);
            SoftKey other = key.algorithm == -7 ? SoftKey::es256() : key.algorithm == -8 ? SoftKey::ed25519() : SoftKey::rsa(2048);
            Use use = party.use();
            use.sign(other);
            refused(party.verify(known, use), "signature does not fit");
            for (const auto& kind : kinds) {
                if (kind.algorithm == key.algorithm) continue;
                use.sign(kind);
                refused(party.verify(known, use), "signature does not fit");
            }
        }
    }
    void wa30MalformedSignatures() {
        for (const auto& key : kinds) {
            const auto known = with(key);
            Use use = party.use();
            use.sign(key);
            badSignature(known, use.signature + std::string(1, '\0'));
            badSignature(known, use.signature.substr(0, use.signature.size() - 1));
            badSignature(known, std::string(use.signature.size(), '\0'));
            badSignature(known, std::string(use.signature.size(), '\xff'));
            badSignature(known, "x");
        }
        const SoftKey key = SoftKey::es256();
        const auto known = with(key);
        Use use = party.use();
        std::string r, s;
        do {  // coordinates of 32 bytes without a sign byte, so that the variants below differ from the original
            use.sign(key);
            r = use.signature.substr(4, static_cast<std::size_t>(use.signature[3]));
            s = use.signature.substr(6 + r.size());
        } while (r.size() != 32 || s.size() != 32);
        CPPUNIT_ASSERT_EQUAL(use.signature, der(r, s));
        accepted(party.verify(known, use));
        const std::string zero(1, '\0');
        badSignature(known, der(zero, zero));
        badSignature(known, der(zero, s));
        badSignature(known, der(r, zero));
        badSignature(known, der("\x01", zero));
        badSignature(known, der(zero + r, s));  // longer than needed
        badSignature(known, der(r, zero + s));
        badSignature(known, std::string("\x30\x81") + use.signature.substr(1));  // length in two bytes
        badSignature(known, std::string("\x31") + use.signature.substr(1));
        badSignature(known, r + s);  // the raw form of JOSE
    }
    void wa32SignedWithoutTheHash() {
        for (const auto& key : kinds) {
            const auto known = with(key);
            const Use use = party.use();
            badSignature(known, key.sign(use.data()));
            badSignature(known, key.sign(use.data() + use.client_data));
            badSignature(known, key.sign(sha256(use.client_data)));
            badSignature(known, key.sign(sha256(use.client_data) + use.data()));
            badSignature(known, key.sign(use.data() + sha256(use.client_data + " ")));
        }
    }
    void everyBitCounts() {
        for (const auto& key : {kinds[0], kinds[1], kinds[2]}) {
            const auto known = with(key);
            Use use = party.use();
            use.sign(key);
            for (std::size_t i = 0; i < use.signature.size(); i += key.algorithm == -257 ? 17 : 1) {
                std::string bent = use.signature;
                bent[i] = static_cast<char>(bent[i] ^ 0x10);
                badSignature(known, bent);
            }
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SignatureTest);

}  // namespace masthead::console::auth::webauthn
