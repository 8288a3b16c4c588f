// The JSON forms: what we ask browsers for, and what of their answers is taken.
#include "host/console/auth/webauthn/messages.hpp"

#include "tests/unit/webauthn/party.hpp"

namespace masthead::console::auth::webauthn {

class MessagesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MessagesTest);
    CPPUNIT_TEST(relyingParties);
    CPPUNIT_TEST(optionsAskForDiscoverableVerifiedPasskeys);
    CPPUNIT_TEST(requestsNameTheAllowedOnes);
    CPPUNIT_TEST(credentialsOfTheWrongShape);
    CPPUNIT_TEST_SUITE_END();

    Party party;

    void relyingParties() {
        const auto plain = relyingPartyOf("https://hs.example.org");
        CPPUNIT_ASSERT_EQUAL(std::string("hs.example.org"), plain.id);
        CPPUNIT_ASSERT(plain.origins == std::vector<std::string>{"https://hs.example.org"});
        const auto port = relyingPartyOf("https://HS.example.org:8443");
        CPPUNIT_ASSERT_EQUAL(std::string("hs.example.org"), port.id);
        CPPUNIT_ASSERT(port.origins == std::vector<std::string>{"https://hs.example.org:8443"});
        CPPUNIT_ASSERT_EQUAL(std::string("localhost"), relyingPartyOf("https://localhost:8443").id);
        for (const char* address : {"https://192.0.2.1", "https://[2001:db8::1]:8443", "nonsense", ""}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(address, std::string(), relyingPartyOf(address).id);
        }
    }
    void optionsAskForDiscoverableVerifiedPasskeys() {
        const Json options = creationOptions(party.rp, {party.handle, "ada@example.org", "Ada"}, party.challenge, {{"cred", {"usb"}}});
        CPPUNIT_ASSERT_EQUAL(std::string("hs.example.org"), options["rp"].text("id"));
        CPPUNIT_ASSERT_EQUAL(base64UrlEncode(party.handle), options["user"].text("id"));
        CPPUNIT_ASSERT_EQUAL(std::string("required"), options["authenticatorSelection"].text("residentKey"));
        CPPUNIT_ASSERT_EQUAL(std::string("required"), options["authenticatorSelection"].text("userVerification"));
        CPPUNIT_ASSERT_EQUAL(std::string("none"), options.text("attestation"));
        CPPUNIT_ASSERT_EQUAL(base64UrlEncode("cred"), options["excludeCredentials"].items().at(0).text("id"));
        CPPUNIT_ASSERT_EQUAL(std::string("usb"), options["excludeCredentials"].items().at(0)["transports"].items().at(0).asString());
        std::vector<std::int64_t> algorithms;
        for (const auto& one : options["pubKeyCredParams"].items()) algorithms.push_back(one["alg"].asInt());
        CPPUNIT_ASSERT(algorithms == std::vector<std::int64_t>({-7, -8, -257}));
    }
    void requestsNameTheAllowedOnes() {
        const Json open = requestOptions(party.rp, party.challenge, {});
        CPPUNIT_ASSERT(open["allowCredentials"].items().empty());
        CPPUNIT_ASSERT_EQUAL(std::string("required"), open.text("userVerification"));
        CPPUNIT_ASSERT_EQUAL(base64UrlEncode(party.challenge), open.text("challenge"));
        const Json known = requestOptions(party.rp, party.challenge, {{"one", {}}, {"two", {"internal"}}});
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, known["allowCredentials"].items().size());
        CPPUNIT_ASSERT(!known["allowCredentials"].items().at(0).has("transports"));
    }
    void credentialsOfTheWrongShape() {
        const Json honest = party.honestCreation().json();
        accepted(parseRegistration(honest));
        const auto with = [&](const char* name, const Json& value) {
            Json out = honest;
            out.set(name, value);
            return parseRegistration(out);
        };
        refused(parseRegistration(Json()), "type");
        refused(parseRegistration(Json::array()), "type");
        refused(with("type", "password"), "type");
        refused(with("rawId", "A=="), "rawId");
        refused(with("rawId", ""), "rawId");
        refused(with("rawId", 7), "rawId");
        refused(with("id", "AAAA"), "differ");
        refused(with("response", Json()), "response");
        Json response = honest["response"];
        response.set("clientDataJSON", base64UrlEncode(std::string(8193, 'x')));
        refused(with("response", response), "clientDataJSON");
        response = honest["response"];
        response.erase("attestationObject");
        refused(with("response", response), "attestationObject");

        auto use = party.passkey.answer(party.request(), kOrigin);
        accepted(parseAssertion(use.json()));
        refused(parseAssertion(honest), "authenticatorData");
        use.user_handle = std::string(65, 'h');
        refused(parseAssertion(use.json()), "userHandle");
        use = party.passkey.answer(party.request(), kOrigin);
        use.signature.clear();
        refused(parseAssertion(use.json()), "signature");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessagesTest);

}  // namespace masthead::console::auth::webauthn
