#include "host/console/auth/oidc/metadata.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "host/base/json.hpp"

namespace masthead::console::oidc {

class MetadataTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(MetadataTest);
    CPPUNIT_TEST(aDocumentIsRead);
    CPPUNIT_TEST(OI32_anotherIssuerIsRefused);
    CPPUNIT_TEST(OI48_endpointsAreHttps);
    CPPUNIT_TEST(OI49_hugeAndDeepDocumentsAreRefused);
    CPPUNIT_TEST(OI10_aProviderWithPlainChallengesOnlyIsRefused);
    CPPUNIT_TEST(issuersArePlainAddresses);
    CPPUNIT_TEST(OI48_whatADocumentNamesDoesNotMakeItselfPrivate);
    CPPUNIT_TEST(secretsGoWhereTheProviderTakesThem);
    CPPUNIT_TEST_SUITE_END();

    static constexpr const char* kIssuer = "https://op.example/realm";

    static Json document() {
        return Json::object({{"issuer", kIssuer},
                             {"authorization_endpoint", "https://op.example/auth"},
                             {"token_endpoint", "https://op.example/token"},
                             {"jwks_uri", "https://keys.example/jwks"},
                             {"userinfo_endpoint", "https://op.example/userinfo"},
                             {"response_types_supported", Json::array({Json("code")})},
                             {"authorization_response_iss_parameter_supported", true}});
    }
    static Json with(const char* name, Json value) {
        Json out = document();
        out.set(name, std::move(value));
        return out;
    }
    static void fails(const Json& json) { CPPUNIT_ASSERT_MESSAGE(json.dump(), !parseMetadata(json.dump(), kIssuer).ok()); }

    void aDocumentIsRead() {
        const auto metadata = parseMetadata(document().dump(), kIssuer);
        CPPUNIT_ASSERT(metadata.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("https://keys.example/jwks"), metadata->jwks_uri);
        CPPUNIT_ASSERT(metadata->names_issuer);
        CPPUNIT_ASSERT(metadata->end_session_endpoint.empty());
        CPPUNIT_ASSERT_EQUAL(std::string("https://op.example/realm/.well-known/openid-configuration"), discoveryUrl(kIssuer));
        CPPUNIT_ASSERT_EQUAL(std::string("https://op.example/.well-known/openid-configuration"), discoveryUrl("https://op.example/"));
    }
    void OI32_anotherIssuerIsRefused() {
        for (const char* issuer : {"https://op.example/realm/", "https://op.example/Realm", "https://evil.example/realm", ""}) fails(with("issuer", issuer));
        fails(with("issuer", 1));
    }
    void OI48_endpointsAreHttps() {
        for (const char* name : {"authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint", "end_session_endpoint"}) {
            for (const char* url : {"http://op.example/x", "javascript:alert(1)", "file:///etc/passwd", "https://user@op.example/", "https://op.example/#x", ""})
                fails(with(name, url));
        }
        Json missing = document();
        missing.erase("token_endpoint");
        fails(missing);
    }
    void OI49_hugeAndDeepDocumentsAreRefused() {
        CPPUNIT_ASSERT(!parseMetadata(with("x", std::string(2 << 20, 'x')).dump(), kIssuer).ok());
        std::string deep = document().dump();
        deep.back() = ',';
        deep += "\"x\":" + std::string(40, '[') + std::string(40, ']') + "}";
        CPPUNIT_ASSERT(!parseMetadata(deep, kIssuer).ok());
        for (const char* junk : {"", "[]", "null", "{", "<html>"}) CPPUNIT_ASSERT(!parseMetadata(junk, kIssuer).ok());
    }
    void OI10_aProviderWithPlainChallengesOnlyIsRefused() {
        fails(with("code_challenge_methods_supported", Json::array({Json("plain")})));
        fails(with("response_types_supported", Json::array({Json("id_token")})));
        CPPUNIT_ASSERT(parseMetadata(with("code_challenge_methods_supported", Json::array({Json("plain"), Json("S256")})).dump(), kIssuer).ok());
    }
    void issuersArePlainAddresses() {
        for (const char* issuer : {"https://op.example", "https://op.example/realms/x", "http://localhost:8080/realms/x", "http://127.0.0.1:1", "http://[::1]:8080"})
            CPPUNIT_ASSERT_EQUAL_MESSAGE(issuer, std::string(), issuerProblem(issuer));
        for (const char* issuer : {"http://op.example", "http://10.0.0.1", "ftp://op.example", "op.example", "https://op.example?x=1", "https://op.example#x", "https://u:p@op.example", ""})
            CPPUNIT_ASSERT_MESSAGE(issuer, !issuerProblem(issuer).empty());
    }
    void OI48_whatADocumentNamesDoesNotMakeItselfPrivate() {
        const Reach stranger = reachOf("https://127.0.0.1/token", kIssuer, false);
        CPPUNIT_ASSERT(!stranger.private_allowed && !stranger.typed);
        const Reach same = reachOf("https://op.example/token", kIssuer, false);
        CPPUNIT_ASSERT(!same.private_allowed && same.typed);
        CPPUNIT_ASSERT(reachOf("https://keys.lan/jwks", "https://op.lan", false).private_allowed);
        CPPUNIT_ASSERT(reachOf("https://keys.example/jwks", kIssuer, true).private_allowed);
    }
    void secretsGoWhereTheProviderTakesThem() {
        const auto methods = [](std::initializer_list<Json> list) { return parseMetadata(with("token_endpoint_auth_methods_supported", Json::array(list)).dump(), kIssuer)->secret_in_body; };
        CPPUNIT_ASSERT(!parseMetadata(document().dump(), kIssuer)->secret_in_body);
        CPPUNIT_ASSERT(!methods({Json("client_secret_basic"), Json("client_secret_post")}));
        CPPUNIT_ASSERT(methods({Json("client_secret_post")}));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MetadataTest);

}  // namespace masthead::console::oidc
