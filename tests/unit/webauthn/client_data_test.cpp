// WA-01 to WA-13, as far as they need no server: each case in a registration and in an assertion, signed as it stands.
#include "tests/unit/webauthn/party.hpp"

namespace masthead::console::auth::webauthn {

class ClientDataTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClientDataTest);
    CPPUNIT_TEST(honestOnesPass);
    CPPUNIT_TEST(wa01TypeSwapped);
    CPPUNIT_TEST(wa02AnotherChallenge);
    CPPUNIT_TEST(wa06To10OtherOrigins);
    CPPUNIT_TEST(wa11CrossOrigin);
    CPPUNIT_TEST(wa12TopOrigin);
    CPPUNIT_TEST(wa13TextThatIsNotStrictJson);
    CPPUNIT_TEST(wa13ExtraKeysPass);
    CPPUNIT_TEST(membersOfTheWrongKind);
    CPPUNIT_TEST_SUITE_END();

    Party party;
    KnownCredential known = party.registered();

    /// Both ceremonies with the client data that `bend` makes of an honest one.
    template <typename Bend>
    void bothRefused(const std::string& reason, Bend bend) {
        auto creation = party.honestCreation();
        creation.client_data = bend(testing::clientData("webauthn.create", party.challenge, kOrigin));
        refused(party.enrol(creation), reason);
        auto use = party.use();
        use.client_data = bend(testing::clientData("webauthn.get", party.challenge, kOrigin));
        use.sign(party.passkey.key);
        refused(party.verify(known, use), reason);
    }
    void withMember(const std::string& name, const Json& value, const std::string& reason) {
        bothRefused(reason, [&](Json data) {
            data.set(name, value);
            return data.dump();
        });
    }

    void honestOnesPass() {
        accepted(party.enrol(party.honestCreation()));
        auto use = party.use();
        use.sign(party.passkey.key);
        accepted(party.verify(known, use));
    }
    void wa01TypeSwapped() {
        bothRefused("not of the type", [](Json data) {
            data.set("type", data.text("type") == "webauthn.get" ? "webauthn.create" : "webauthn.get");
            return data.dump();
        });
        withMember("type", "payment.get", "not of the type");
    }
    void wa02AnotherChallenge() {
        for (const std::string& other : {std::string(32, 'x'), std::string(31, 'c'), party.challenge + "c", std::string()}) {
            withMember("challenge", base64UrlEncode(other), "another challenge");
        }
        withMember("challenge", base64Encode(party.challenge), "another challenge");
    }
    void wa06To10OtherOrigins() {
        for (const char* origin : {
                 "http://hs.example.org",             // WA-06
                 "https://hs.example.org:8443",       // WA-07
                 "https://hs.example.org:443",
                 "https://evil.hs.example.org",       // WA-08
                 "https://example.org",
                 "https://hs.example.org.evil",       // WA-09
                 "https://hs.example.org@evil.test",
                 "https://evil.test/hs.example.org",
                 "https://hs.example.org/",
                 "https://HS.example.org",            // WA-10
                 "https://h\xd1\x95.example.org",
                 "https://xn--hs-.example.org",
                 "hs.example.org", "null", "",
                 "android:apk-key-hash:AAAA",
             }) {
            withMember("origin", origin, "another origin");
        }
        withMember("origin", Json::array({Json(kOrigin)}), "another origin");
    }
    void wa11CrossOrigin() {
        withMember("crossOrigin", true, "crossOrigin");
        withMember("crossOrigin", "false", "crossOrigin");
        withMember("crossOrigin", Json(), "crossOrigin");
        auto creation = party.honestCreation();
        Json data = testing::clientData("webauthn.create", party.challenge, kOrigin);
        data.erase("crossOrigin");
        creation.client_data = data.dump();
        accepted(party.enrol(creation));
    }
    void wa12TopOrigin() {
        withMember("topOrigin", "https://evil.test", "topOrigin");
        withMember("topOrigin", kOrigin, "topOrigin");
        withMember("topOrigin", Json(), "topOrigin");
    }
    void wa13TextThatIsNotStrictJson() {
        bothRefused("not acceptable", [](const Json& data) { return "\xef\xbb\xbf" + data.dump(); });
        bothRefused("not acceptable", [](Json data) {
            data.set("note", "\xc3\x28");
            return data.dump();
        });
        bothRefused("not acceptable", [](const Json& data) { return data.dump() + " {}"; });
        bothRefused("not acceptable", [](const Json& data) { return data.dump() + std::string(1, '\0'); });
        // The first and the last of two equal names are what careless parsers see.
        for (const char* name : {"type", "challenge", "origin", "note"}) {
            bothRefused("not acceptable", [&](Json data) {
                data.append(name, data[name]);
                if (!data.has("note")) return data.dump();
                data.append("note", 1);
                return data.dump();
            });
        }
        bothRefused("not a JSON object", [](const Json& data) { return "[" + data.dump() + "]"; });
        bothRefused("not acceptable", [](Json data) {
            data.set("note", std::string(9000, 'x'));
            return data.dump().substr(0, 8192);
        });
    }
    void wa13ExtraKeysPass() {
        auto use = party.use();
        Json data = testing::clientData("webauthn.get", party.challenge, kOrigin);
        data.set("other_keys_can_be_added_here", "do not compare clientDataJSON against a template");
        data.set("androidPackageName", "com.android.chrome");
        data.set("tokenBinding", Json::object({{"status", "supported"}}));
        use.client_data = data.dump();
        use.sign(party.passkey.key);
        accepted(party.verify(known, use));
    }
    void membersOfTheWrongKind() {
        withMember("type", 7, "not of the type");
        withMember("challenge", 7, "another challenge");
        withMember("origin", true, "another origin");
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClientDataTest);

}  // namespace masthead::console::auth::webauthn
