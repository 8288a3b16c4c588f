// WA-14 to WA-28 and WA-41 at registration: authenticator data, attestation and key.
#include "tests/unit/webauthn/party.hpp"

namespace masthead::console::auth::webauthn {

using namespace testing;

class RegistrationTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RegistrationTest);
    CPPUNIT_TEST(everyOfferedAlgorithmCanBeRegistered);
    CPPUNIT_TEST(whatIsKept);
    CPPUNIT_TEST(wa14And15OtherRelyingParties);
    CPPUNIT_TEST(wa16NobodyPresent);
    CPPUNIT_TEST(wa17UserNotVerified);
    CPPUNIT_TEST(wa18BackedUpButNotEligible);
    CPPUNIT_TEST(wa20NoCredentialInside);
    CPPUNIT_TEST(wa22TrailingBytes);
    CPPUNIT_TEST(wa23TruncatedAtEveryByte);
    CPPUNIT_TEST(wa41CredentialIds);
    CPPUNIT_TEST(extensionsAreIgnored);
    CPPUNIT_TEST(selfAttestation);
    CPPUNIT_TEST(otherAttestations);
    CPPUNIT_TEST_SUITE_END();

    Party party;

    Creation bent(unsigned add, unsigned remove) {
        Creation made = party.honestCreation();
        made.authenticator.flags = (made.authenticator.flags | add) & ~remove;
        return made;
    }

    void everyOfferedAlgorithmCanBeRegistered() {
        for (const SoftKey& key : {SoftKey::es256(), SoftKey::ed25519(), SoftKey::rsa(2048), SoftKey::rsa(3072), SoftKey::rsa(4096)}) {
            party.passkey.key = key;
            auto made = party.enrol(party.honestCreation());
            accepted(made);
            CPPUNIT_ASSERT_EQUAL(static_cast<std::int64_t>(key.algorithm), static_cast<std::int64_t>(made->algorithm));
            CPPUNIT_ASSERT_EQUAL(key.cose(), made->public_key);
        }
    }
    void whatIsKept() {
        Creation made = bent(flag::kBackupEligible | flag::kBackedUp, 0);
        made.authenticator.sign_count = 0xfffffffe;
        made.authenticator.aaguid = "0123456789abcdef";
        made.transports = {"internal", "hybrid", "internal", "<script>", ""};
        const auto kept = party.enrol(made);
        accepted(kept);
        CPPUNIT_ASSERT_EQUAL(made.authenticator.credential_id, kept->credential_id);
        CPPUNIT_ASSERT_EQUAL(std::uint32_t{0xfffffffe}, kept->sign_count);
        CPPUNIT_ASSERT(kept->backup_eligible && kept->backed_up);
        CPPUNIT_ASSERT_EQUAL(std::string("0123456789abcdef"), kept->aaguid);
        CPPUNIT_ASSERT(kept->transports == std::vector<std::string>({"hybrid", "internal"}));
    }
    void wa14And15OtherRelyingParties() {
        Creation made = party.honestCreation();
        made.authenticator.rp_id = "example.org";
        refused(party.enrol(made), "for another host");
        made.authenticator.rp_id_hash = std::string(32, '\x5a');
        refused(party.enrol(made), "for another host");
    }
    void wa16NobodyPresent() { refused(party.enrol(bent(0, flag::kUserPresent)), "nobody was present"); }
    void wa17UserNotVerified() { refused(party.enrol(bent(0, flag::kUserVerified)), "not verified"); }
    void wa18BackedUpButNotEligible() { refused(party.enrol(bent(flag::kBackedUp, flag::kBackupEligible)), "not eligible"); }
    void wa20NoCredentialInside() { refused(party.enrol(bent(0, flag::kAttested)), "holds no new credential"); }
    void wa22TrailingBytes() {
        Creation made = party.honestCreation();
        made.authenticator.trailing = std::string(1, '\0');
        refused(party.enrol(made), "bytes behind its end");
        made = party.honestCreation();
        made.trailing = cborMap({});
        refused(party.enrol(made), "bytes behind its end");
    }
    void wa23TruncatedAtEveryByte() {
        const Creation honest = party.honestCreation();
        const std::string whole = honest.attestation();
        for (std::size_t length = 0; length < whole.size(); ++length) {
            Creation made = honest;
            made.attestation_object = whole.substr(0, length);
            if (length == 0) continue;
            CPPUNIT_ASSERT_MESSAGE(std::to_string(length), !party.enrol(made).ok());
        }
        const std::string data = honest.authenticator.assemble();
        for (std::size_t length = 0; length < data.size(); ++length) {
            Creation made = honest;
            made.attestation_object =
                cborMap({{cborText("fmt"), cborText("none")}, {cborText("attStmt"), cborMap({})}, {cborText("authData"), cborBytes(data.substr(0, length))}});
            CPPUNIT_ASSERT_MESSAGE(std::to_string(length), !party.enrol(made).ok());
        }
        Creation made = honest;
        made.attestation_object = whole;
        accepted(party.enrol(made));
    }
    void wa41CredentialIds() {
        Creation made = party.honestCreation();
        made.authenticator.credential_id = std::string(1023, 'i');
        accepted(party.enrol(made));
        made.authenticator.credential_id = std::string(1024, 'i');
        refused(party.enrol(made), "rawId");
        auto parsed = parseRegistration(party.honestCreation().json());
        parsed->attestation_object = made.attestation();
        refused(verifyRegistration(party.rp, party.challenge, *parsed), "more than 1023 bytes");
        made.authenticator.credential_id.clear();
        parsed->attestation_object = made.attestation();
        refused(verifyRegistration(party.rp, party.challenge, *parsed), "empty credential id");
        // The id outside and the id that the authenticator names must be one.
        parsed->attestation_object = party.honestCreation().attestation();
        parsed->credential_id = "another";
        refused(verifyRegistration(party.rp, party.challenge, *parsed), "another credential id");
    }
    void extensionsAreIgnored() {
        Creation made = bent(flag::kExtensions, 0);
        made.authenticator.extensions = cborMap({{cborText("credProtect"), cborInt(2)}, {cborText("hmac-secret"), "\xf5"}, {cborText("never.heard.of"), "\xf9\x3c" + std::string(1, '\0')}});
        accepted(party.enrol(made));
        made.authenticator.extensions = cborBytes("no map");
        refused(party.enrol(made), "not a map");
        made.authenticator.extensions = cborMap({{cborText("a"), cborInt(1)}, {cborText("a"), cborInt(1)}});
        refused(party.enrol(made), "duplicate key");
        made.authenticator.extensions.clear();
        refused(party.enrol(made), "ends too early");
        made = party.honestCreation();  // extensions without the flag are bytes too many
        made.authenticator.extensions = cborMap({});
        refused(party.enrol(made), "bytes behind its end");
    }
    void selfAttestation() {
        for (const SoftKey& key : {SoftKey::es256(), SoftKey::ed25519(), SoftKey::rsa(2048)}) {
            party.passkey.key = key;
            Creation made = party.honestCreation();
            made.format = "packed";
            const std::string signature = key.sign(made.authenticator.assemble() + sha256(made.client_data));
            const auto statement = [&](const std::string& sig, int algorithm) {
                return cborMap({{cborText("alg"), cborInt(algorithm)}, {cborText("sig"), cborBytes(sig)}});
            };
            made.statement = statement(signature, key.algorithm);
            accepted(party.enrol(made));
            std::string broken = signature;
            broken[broken.size() / 2] = static_cast<char>(broken[broken.size() / 2] ^ 1);
            made.statement = statement(broken, key.algorithm);
            refused(party.enrol(made), "signature does not fit");
            made.statement = statement(key.sign(made.authenticator.assemble()), key.algorithm);
            refused(party.enrol(made), "signature does not fit");
            made.statement = statement(signature, -65535);
            refused(party.enrol(made), "another algorithm");
            made.statement = cborMap({{cborText("alg"), cborInt(key.algorithm)}});
            refused(party.enrol(made), "attestation");
        }
    }
    void otherAttestations() {
        Creation made = party.honestCreation();
        made.statement = cborMap({{cborText("sig"), cborBytes("x")}});
        refused(party.enrol(made), "says none but");
        for (const char* format : {"fido-u2f", "tpm", "android-key", "android-safetynet", "apple", "", "NONE"}) {
            made.format = format;
            refused(party.enrol(made), "not asked for");
        }
        made.format = "packed";
        made.statement = cborMap({{cborText("alg"), cborInt(-7)}, {cborText("sig"), cborBytes("x")}, {cborText("x5c"), cborHead(4, 1) + cborBytes("certificate")}});
        refused(party.enrol(made), "not asked for");
        const std::string data = cborBytes(made.authenticator.assemble());
        made.attestation_object = cborMap({{cborText("fmt"), cborText("none")}, {cborText("authData"), data}});
        refused(party.enrol(made), "lacks its format or statement");
        made.attestation_object = cborMap({{cborText("attStmt"), cborMap({})}, {cborText("authData"), data}});
        refused(party.enrol(made), "lacks its format or statement");
        made.attestation_object = cborMap({{cborText("fmt"), cborText("none")}, {cborText("attStmt"), cborMap({})}});
        refused(party.enrol(made), "lacks authenticator data");
        made.attestation_object = cborMap({{cborText("fmt"), cborText("none")}, {cborText("fmt"), cborText("none")}, {cborText("attStmt"), cborMap({})}, {cborText("authData"), data}});
        refused(party.enrol(made), "duplicate key");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RegistrationTest);

}  // namespace masthead::console::auth::webauthn
