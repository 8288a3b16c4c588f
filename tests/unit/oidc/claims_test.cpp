#include "host/console/auth/oidc/claims.hpp"

#include "host/console/auth/oidc/jwt.hpp"
#include "tests/unit/oidc/signer.hpp"

namespace masthead::console::oidc {

class ClaimsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ClaimsTest);
    CPPUNIT_TEST(aRightTokenHolds);
    CPPUNIT_TEST(OI06_OI07_OI08_theNonceIsOfThisSignIn);
    CPPUNIT_TEST(OI30_OI31_theIssuerIsExact);
    CPPUNIT_TEST(OI34_OI35_OI36_OI37_theAudienceIsUs);
    CPPUNIT_TEST(OI38_subjectsAreShortAscii);
    CPPUNIT_TEST(OI39_OI40_OI41_OI42_timesFit);
    CPPUNIT_TEST(OI43_hashesFit);
    CPPUNIT_TEST(aStepUpWantsAFreshSignIn);
    CPPUNIT_TEST(OI52_logoutTokens);
    CPPUNIT_TEST(OI52_logoutTokensThatAreNone);
    CPPUNIT_TEST_SUITE_END();

    static constexpr std::int64_t kNow = 1'800'000'000'000;
    const IdTokenRules rules_{"https://op.example", "masthead", "n-1", kNow, "RS256", "the access token", "the code", {}};
    const Json good_ = Json::object({{"iss", "https://op.example"}, {"aud", "masthead"}, {"sub", "ada"}, {"exp", kNow / 1000 + 300}, {"iat", kNow / 1000}, {"nonce", "n-1"}});

    static Json with(Json claims, const char* name, Json value) {
        claims.set(name, std::move(value));
        return claims;
    }
    static Json without(Json claims, const char* name) {
        claims.erase(name);
        return claims;
    }
    void holds(const Json& claims) {
        const Status status = checkIdToken(claims, rules_);
        CPPUNIT_ASSERT_MESSAGE(claims.dump() + (status ? "" : status.error().message), status.ok());
    }
    void fails(const Json& claims) {
        const Status status = checkIdToken(claims, rules_);
        CPPUNIT_ASSERT_MESSAGE(claims.dump(), !status.ok());
        CPPUNIT_ASSERT_EQUAL(int(Code::Unauthenticated), int(status.error().code));
    }

    void aRightTokenHolds() { holds(good_); }
    void OI06_OI07_OI08_theNonceIsOfThisSignIn() {
        fails(without(good_, "nonce"));
        fails(with(good_, "nonce", "n-2"));
        fails(with(good_, "nonce", ""));
        fails(with(good_, "nonce", 1));
        IdTokenRules none = rules_;
        none.nonce.clear();
        CPPUNIT_ASSERT(!checkIdToken(with(good_, "nonce", ""), none).ok());
    }
    void OI30_OI31_theIssuerIsExact() {
        for (const char* issuer : {"https://evil.example", "https://op.example/", "HTTPS://op.example", "https://op.example:443", ""})
            fails(with(good_, "iss", issuer));
        fails(without(good_, "iss"));
        fails(with(good_, "iss", Json::array({Json("https://op.example")})));
    }
    void OI34_OI35_OI36_OI37_theAudienceIsUs() {
        const auto list = [](std::initializer_list<Json> items) { return Json::array(items); };
        fails(with(good_, "aud", "other"));
        fails(with(good_, "aud", "Masthead"));
        fails(without(good_, "aud"));
        fails(with(good_, "aud", list({})));
        fails(with(good_, "aud", list({Json("other")})));
        fails(with(good_, "aud", list({Json("masthead"), Json(1)})));
        holds(with(good_, "aud", list({Json("masthead")})));
        const Json two = with(good_, "aud", list({Json("masthead"), Json("other")}));
        fails(two);
        fails(with(two, "azp", "other"));
        holds(with(two, "azp", "masthead"));
        fails(with(good_, "azp", "other"));
        fails(with(good_, "azp", 1));
    }
    void OI38_subjectsAreShortAscii() {
        fails(without(good_, "sub"));
        fails(with(good_, "sub", ""));
        fails(with(good_, "sub", 7));
        fails(with(good_, "sub", std::string(256, 's')));
        fails(with(good_, "sub", "a\nb"));
        fails(with(good_, "sub", std::string("a\0b", 3)));
        fails(with(good_, "sub", "\xc3\xa4"));
        holds(with(good_, "sub", std::string(255, 's')));
    }
    void OI39_OI40_OI41_OI42_timesFit() {
        const std::int64_t now = kNow / 1000;
        holds(with(good_, "exp", now - 59));
        fails(with(good_, "exp", now - 60));
        fails(without(good_, "exp"));
        fails(with(good_, "exp", "soon"));
        fails(with(good_, "exp", 1e300));
        fails(with(good_, "exp", -1));
        holds(with(good_, "iat", now + 60));
        fails(with(good_, "iat", now + 61));
        fails(with(good_, "iat", now + 600));
        fails(with(good_, "iat", now - 86400));
        fails(without(good_, "iat"));
        fails(with(good_, "nbf", now + 120));
        fails(with(good_, "nbf", "now"));
        holds(with(good_, "nbf", now - 5));
        holds(with(good_, "iat", static_cast<double>(now) - 0.5));
    }
    void OI43_hashesFit() {
        holds(with(good_, "at_hash", halfHash("RS256", "the access token")));
        fails(with(good_, "at_hash", halfHash("RS256", "another")));
        fails(with(good_, "at_hash", ""));
        fails(with(good_, "at_hash", 1));
        holds(with(good_, "c_hash", halfHash("RS256", "the code")));
        fails(with(good_, "c_hash", halfHash("RS256", "another")));
        // The example of OpenID Connect Core, appendix A.3.
        CPPUNIT_ASSERT_EQUAL(std::string("77QmUPtjPfzWtF2AnpK9RQ"), halfHash("RS256", "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{43}, halfHash("EdDSA", "x").size());
    }
    void aStepUpWantsAFreshSignIn() {
        IdTokenRules rules = rules_;
        rules.signed_in_since_ms = kNow - 20'000;
        const std::int64_t now = kNow / 1000;
        CPPUNIT_ASSERT(!checkIdToken(good_, rules).ok());
        CPPUNIT_ASSERT(checkIdToken(with(good_, "auth_time", now - 10), rules).ok());
        CPPUNIT_ASSERT(!checkIdToken(with(good_, "auth_time", now - 3600), rules).ok());
        CPPUNIT_ASSERT(!checkIdToken(with(good_, "auth_time", now - 81), rules).ok());
        CPPUNIT_ASSERT(!checkIdToken(with(good_, "auth_time", now + 3600), rules).ok());
        CPPUNIT_ASSERT(!checkIdToken(with(good_, "auth_time", "now"), rules).ok());
    }

    const LogoutRules logout_rules_{"https://op.example", "masthead", kNow};
    Json logout() const {
        return Json::object({{"iss", "https://op.example"},
                             {"aud", "masthead"},
                             {"sub", "ada"},
                             {"sid", "s-1"},
                             {"jti", "j-1"},
                             {"exp", kNow / 1000 + 120},
                             {"iat", kNow / 1000},
                             {"events", Json::object({{"http://schemas.openid.net/event/backchannel-logout", Json::object()}})}});
    }
    void OI52_logoutTokens() {
        for (const char* typ : {"logout+jwt", "LOGOUT+JWT", "application/logout+jwt"}) CPPUNIT_ASSERT(checkLogoutToken(logout(), typ, logout_rules_).ok());
        for (const char* name : {"sub", "sid"}) CPPUNIT_ASSERT(checkLogoutToken(without(logout(), name), "logout+jwt", logout_rules_).ok());
        const auto token = checkLogoutToken(logout(), "logout+jwt", logout_rules_);
        CPPUNIT_ASSERT_EQUAL(std::string("ada"), token->subject);
        CPPUNIT_ASSERT_EQUAL(std::string("s-1"), token->sid);
    }
    void OI52_logoutTokensThatAreNone() {
        const Json no_event = Json::object({{"https://example.org/event", Json::object()}});
        const std::pair<const char*, Json> cases[] = {
            {"wrong issuer", with(logout(), "iss", "https://evil.example")},
            {"wrong audience", with(logout(), "aud", "other")},
            {"no event", without(logout(), "events")},
            {"another event", with(logout(), "events", no_event)},
            {"an event that is no object", with(logout(), "events", Json::object({{"http://schemas.openid.net/event/backchannel-logout", true}}))},
            {"a nonce", with(logout(), "nonce", "n-1")},
            {"nobody", without(without(logout(), "sub"), "sid")},
            {"no jti", without(logout(), "jti")},
            {"expired", with(logout(), "exp", kNow / 1000 - 61)},
            {"no exp", without(logout(), "exp")},
            {"no iat", without(logout(), "iat")},
            {"an old iat", with(logout(), "iat", kNow / 1000 - 86400)},
            {"an empty sid", with(logout(), "sid", "")},
            {"a sid that is no text", with(logout(), "sid", 1)}};
        for (const auto& [what, claims] : cases) CPPUNIT_ASSERT_MESSAGE(what, !checkLogoutToken(claims, "logout+jwt", logout_rules_).ok());
        for (const char* typ : {"", "JWT", "at+jwt", "logout"}) CPPUNIT_ASSERT_MESSAGE(typ, !checkLogoutToken(logout(), typ, logout_rules_).ok());
        // An ID token is no logout token, however well signed.
        CPPUNIT_ASSERT(!checkLogoutToken(good_, "logout+jwt", logout_rules_).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ClaimsTest);

}  // namespace masthead::console::oidc
