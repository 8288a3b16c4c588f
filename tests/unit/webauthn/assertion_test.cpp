// WA-14 to WA-23 at signing in, WA-33 to WA-37 (the counter), WA-39 (the user handle).
#include "tests/unit/webauthn/party.hpp"

namespace masthead::console::auth::webauthn {

using namespace testing;

class AssertionTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(AssertionTest);
    CPPUNIT_TEST(wa14And15OtherRelyingParties);
    CPPUNIT_TEST(wa16And17NobodyPresentOrNotVerified);
    CPPUNIT_TEST(wa18BackedUpButNotEligible);
    CPPUNIT_TEST(wa19EligibilityChanged);
    CPPUNIT_TEST(backUpStateMayChange);
    CPPUNIT_TEST(wa21AttestedCredentialAtSignIn);
    CPPUNIT_TEST(wa22TrailingBytes);
    CPPUNIT_TEST(wa23TruncatedAtEveryByte);
    CPPUNIT_TEST(extensionsAreIgnored);
    CPPUNIT_TEST(wa33To37TheCounter);
    CPPUNIT_TEST(aWrongSignatureSaysNothingAboutTheCounter);
    CPPUNIT_TEST(wa39UserHandles);
    CPPUNIT_TEST_SUITE_END();

    Party party;
    KnownCredential known = party.registered();

    /// An honest use, bent before it is signed.
    template <typename Bend>
    Result<Verified> with(Bend bend, bool handle_required = true) {
        Use use = party.use();
        bend(use);
        use.sign(party.passkey.key);
        return party.verify(known, use, handle_required);
    }
    Result<Verified> flags(unsigned add, unsigned remove) {
        return with([&](Use& use) { use.authenticator.flags = (use.authenticator.flags | add) & ~remove; });
    }

    void wa14And15OtherRelyingParties() {
        refused(with([](Use& use) { use.authenticator.rp_id = "example.org"; }), "for another host");
        refused(with([](Use& use) { use.authenticator.rp_id_hash = std::string(32, '\x5a'); }), "for another host");
    }
    void wa16And17NobodyPresentOrNotVerified() {
        refused(flags(0, flag::kUserPresent), "nobody was present");
        refused(flags(0, flag::kUserVerified), "not verified");
    }
    void wa18BackedUpButNotEligible() { refused(flags(flag::kBackedUp, 0), "not eligible"); }
    void wa19EligibilityChanged() {
        refused(flags(flag::kBackupEligible, 0), "eligibility");
        party.passkey.extra_flags = flag::kBackupEligible | flag::kBackedUp;
        known = party.registered();
        accepted(flags(0, 0));
        refused(flags(0, flag::kBackupEligible | flag::kBackedUp), "eligibility");
    }
    void backUpStateMayChange() {
        party.passkey.extra_flags = flag::kBackupEligible;
        known = party.registered();
        const auto before = flags(0, 0);
        accepted(before);
        CPPUNIT_ASSERT(!before->backed_up);
        const auto after = flags(flag::kBackedUp, 0);
        accepted(after);
        CPPUNIT_ASSERT(after->backed_up);
    }
    void wa21AttestedCredentialAtSignIn() {
        refused(with([&](Use& use) {
                    use.authenticator.flags |= flag::kAttested;
                    use.authenticator.credential_id = "another";
                    use.authenticator.cose = party.passkey.key.cose();
                }),
                "none was asked for");
    }
    void wa22TrailingBytes() { refused(with([](Use& use) { use.authenticator.trailing = "x"; }), "bytes behind its end"); }
    void wa23TruncatedAtEveryByte() {
        const auto cutAt = [&](const std::string& whole, std::size_t length) {
            return with([&](Use& use) {
                use.authenticator_data = whole.substr(0, length);
                if (length == 0) use.authenticator.flags = 0;
            });
        };
        const std::string plain = party.use().authenticator.assemble();
        CPPUNIT_ASSERT_EQUAL(std::size_t{37}, plain.size());
        for (std::size_t length = 1; length < plain.size(); ++length) refused(cutAt(plain, length), "ends too early");
        accepted(cutAt(plain, plain.size()));
        AuthenticatorParts extended = party.use().authenticator;
        extended.flags |= flag::kExtensions;
        extended.extensions = cborMap({{cborText("x"), cborBytes("y")}});
        const std::string longer = extended.assemble();
        for (std::size_t length = 37; length < longer.size(); ++length) refused(cutAt(longer, length), "ends too early");
        accepted(cutAt(longer, longer.size()));
    }
    void extensionsAreIgnored() {
        for (const SoftKey& key : {SoftKey::es256(), SoftKey::ed25519(), SoftKey::rsa(2048), SoftKey::rsa(3072)}) {
            party.passkey.key = key;
            known = party.registered();
            for (const auto& extension : {cborMap({}), cborMap({{cborText("never.heard.of"), cborInt(1)}}),
                                          cborMap({{cborText("hmac-secret"), cborBytes(std::string(32, 's'))}, {cborText("credBlob"), cborBytes("b")}})}) {
                accepted(with([&](Use& use) {
                    use.authenticator.flags |= flag::kExtensions;
                    use.authenticator.extensions = extension;
                }));
            }
        }
    }
    void wa33To37TheCounter() {
        struct Case {
            std::uint32_t stored, sent;
            bool regressed;
        };
        for (const Case& test : {Case{7, 7, true},                      // WA-33
                                 Case{7, 6, true}, Case{7, 1, true},    // WA-34
                                 Case{0, 0, false},                     // WA-35
                                 Case{7, 0, true}, Case{1, 0, true},    // WA-36
                                 Case{0xfffffffe, 0xffffffff, false},   // WA-37
                                 Case{0xffffffff, 0xffffffff, true}, Case{0xffffffff, 0, true}, Case{0xffffffff, 1, true},
                                 Case{0, 1, false}, Case{7, 8, false}, Case{7, 0xffffffff, false}}) {
            known.sign_count = test.stored;
            const auto verified = with([&](Use& use) { use.authenticator.sign_count = test.sent; });
            accepted(verified);
            CPPUNIT_ASSERT_EQUAL_MESSAGE(std::to_string(test.stored) + " then " + std::to_string(test.sent), test.regressed, verified->counter_regressed);
            CPPUNIT_ASSERT_EQUAL(test.sent, verified->sign_count);
        }
    }
    void aWrongSignatureSaysNothingAboutTheCounter() {
        // Else a stranger could have anybody's passkey locked.
        known.sign_count = 7;
        Use use = party.use();
        use.authenticator.sign_count = 1;
        use.sign(SoftKey::es256());
        refused(party.verify(known, use), "signature does not fit");
    }
    void wa39UserHandles() {
        const auto handle = [](const std::string& text) { return [text](Use& use) { use.user_handle = text; }; };
        refused(with(handle(std::string(32, 'x'))), "user handle");
        refused(with(handle(std::string(31, 'h'))), "user handle");
        refused(with(handle(std::string(32, 'x')), false), "user handle");
        refused(with(handle("")), "user handle");
        accepted(with(handle(""), false));  // the account is known from the session
        accepted(with(handle(party.handle), false));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AssertionTest);

}  // namespace masthead::console::auth::webauthn
