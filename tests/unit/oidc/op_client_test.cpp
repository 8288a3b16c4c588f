#include "host/console/auth/oidc/op_client.hpp"

#include "tests/support/fake_clock.hpp"
#include "tests/unit/oidc/signer.hpp"

namespace masthead::console::oidc {

class OpClientTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(OpClientTest);
    CPPUNIT_TEST(whatWasFetchedIsKeptForAnHour);
    CPPUNIT_TEST(OI45_aRotatedKeyIsFetched);
    CPPUNIT_TEST(OI45_aThousandJunkKidsCauseOneFetch);
    CPPUNIT_TEST(OI19_anUnknownKidFailsAfterOneRefresh);
    CPPUNIT_TEST(OI32_anotherIssuersDocumentIsNotUsed);
    CPPUNIT_TEST(OI46_aProviderThatIsAwayIsNotHammered);
    CPPUNIT_TEST(OI47_theDeadlineIsForTheWhole);
    CPPUNIT_TEST(OI48_redirectsAreErrors);
    CPPUNIT_TEST(OI44_userInfoOfSomebodyElseIsRefused);
    CPPUNIT_TEST(theCodeGoesWithItsVerifierAndSecret);
    CPPUNIT_TEST(answersOfTheTokenEndpoint);
    CPPUNIT_TEST_SUITE_END();

    testing::FakeClock clock_;
    Signer signer_ = Signer::p256("k1");
    std::map<std::string, int> asked_;
    std::vector<net::Fetch> requests_;
    std::map<std::string, net::Fetched> answers_;
    std::optional<Error> away_;
    config::SsoProvider settings_;
    std::unique_ptr<OpClient> client_;

    std::int64_t until() { return clock_.steadyMs() + 10'000; }

public:
    void setUp() override {
        settings_.id = "op";
        settings_.issuer = "https://op.example";
        settings_.client_id = "mast:head";
        settings_.client_secret = "s&cret";
        answers_["/.well-known/openid-configuration"] = json(Json::object({{"issuer", "https://op.example"},
                                                                             {"authorization_endpoint", "https://op.example/auth"},
                                                                             {"token_endpoint", "https://op.example/token"},
                                                                             {"jwks_uri", "https://op.example/jwks"},
                                                                             {"userinfo_endpoint", "https://op.example/userinfo"}}));
        answers_["/jwks"] = {200, "application/json", jwks({signer_.jwk()})};
        remake();
    }

private:
    static net::Fetched json(const Json& body, int status = 200) { return {status, "application/json", body.dump()}; }
    void remake() {
        client_ = std::make_unique<OpClient>(
            settings_, clock_,
            [this](const net::Fetch& request, const std::stop_token&) -> Result<net::Fetched> {
                ++asked_[request.url.target];
                requests_.push_back(request);
                if (away_) return *away_;
                const auto found = answers_.find(request.url.target);
                return found == answers_.end() ? net::Fetched{404, "", ""} : found->second;
            },
            std::stop_token());
    }
    std::string token(const Signer& signer) { return signer.token(Json::object({{"sub", "ada"}})); }

    void whatWasFetchedIsKeptForAnHour() {
        for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT(client_->verified(token(signer_), until()).ok());
        CPPUNIT_ASSERT_EQUAL(1, asked_["/jwks"]);
        CPPUNIT_ASSERT_EQUAL(1, asked_["/.well-known/openid-configuration"]);
        clock_.advance(OpClient::kKeepMs);
        CPPUNIT_ASSERT(client_->verified(token(signer_), until()).ok());
        CPPUNIT_ASSERT_EQUAL(2, asked_["/jwks"]);
        CPPUNIT_ASSERT_EQUAL(2, asked_["/.well-known/openid-configuration"]);
    }
    void OI45_aRotatedKeyIsFetched() {
        CPPUNIT_ASSERT(client_->verified(token(signer_), until()).ok());
        const Signer next = Signer::rsa("k2");
        answers_["/jwks"].body = jwks({next.jwk()});
        CPPUNIT_ASSERT(client_->verified(token(next), until()).ok());
        CPPUNIT_ASSERT(!client_->verified(token(signer_), until()).ok());
    }
    void OI45_aThousandJunkKidsCauseOneFetch() {
        CPPUNIT_ASSERT(client_->verified(token(signer_), until()).ok());
        for (int i = 0; i < 1000; ++i) CPPUNIT_ASSERT(!client_->verified(signer_.token(Json::object({{"alg", "ES256"}, {"kid", "junk" + std::to_string(i)}}), Json::object()), until()).ok());
        CPPUNIT_ASSERT_EQUAL(2, asked_["/jwks"]);
        clock_.advance(OpClient::kUnknownKidMs);
        CPPUNIT_ASSERT(!client_->verified(token(Signer::p256("k9")), until()).ok());
        CPPUNIT_ASSERT_EQUAL(3, asked_["/jwks"]);
    }
    void OI19_anUnknownKidFailsAfterOneRefresh() {
        const auto verified = client_->verified(token(Signer::p256("other")), until());
        CPPUNIT_ASSERT_EQUAL(int(Code::Unauthenticated), int(verified.error().code));
        CPPUNIT_ASSERT_EQUAL(2, asked_["/jwks"]);
    }
    void OI32_anotherIssuersDocumentIsNotUsed() {
        Json document = *parseJson(answers_["/.well-known/openid-configuration"].body);
        document.set("issuer", "https://op.example/");
        answers_["/.well-known/openid-configuration"].body = document.dump();
        CPPUNIT_ASSERT(!client_->metadata(until()).ok());
        CPPUNIT_ASSERT_EQUAL(0, asked_["/jwks"]);
        CPPUNIT_ASSERT(client_->state().reachable == std::optional<bool>(false));
    }
    void OI46_aProviderThatIsAwayIsNotHammered() {
        away_ = Error{Code::Unavailable, "op.example cannot be reached"};
        for (int i = 0; i < 100; ++i) CPPUNIT_ASSERT(!client_->metadata(until()).ok());
        CPPUNIT_ASSERT_EQUAL(1, asked_["/.well-known/openid-configuration"]);
        away_.reset();
        clock_.advance(OpClient::kAfterFailureMs);
        CPPUNIT_ASSERT(client_->metadata(until()).ok());
        CPPUNIT_ASSERT(client_->state().reachable == std::optional<bool>(true));
    }
    void OI47_theDeadlineIsForTheWhole() {
        CPPUNIT_ASSERT(client_->metadata(until()).ok());
        const std::int64_t end = clock_.steadyMs() + 3000;
        clock_.advance(1000);
        static_cast<void>(client_->userinfo("at", "ada", end));
        CPPUNIT_ASSERT_EQUAL(std::int64_t{2000}, requests_.back().timeout_ms);
        clock_.advance(2000);
        CPPUNIT_ASSERT_EQUAL(int(Code::Deadline), int(client_->userinfo("at", "ada", end).error().code));
        CPPUNIT_ASSERT_EQUAL(1, asked_["/userinfo"]);
    }
    void OI48_redirectsAreErrors() {
        for (const int status : {301, 302, 303, 307, 308}) {
            answers_["/token"] = json(Json::object({{"id_token", "x"}, {"access_token", "y"}, {"token_type", "Bearer"}}), status);
            const auto tokens = client_->exchange("c", "v", "https://masthead.example/cb", until());
            CPPUNIT_ASSERT_EQUAL(int(Code::FailedPrecondition), int(tokens.error().code));
        }
        CPPUNIT_ASSERT_EQUAL(5, asked_["/token"]);
    }
    void OI44_userInfoOfSomebodyElseIsRefused() {
        answers_["/userinfo"] = json(Json::object({{"sub", "ada"}, {"groups", "ops"}}));
        CPPUNIT_ASSERT_EQUAL(std::string("ops"), client_->userinfo("at", "ada", until())->text("groups"));
        CPPUNIT_ASSERT_EQUAL(std::string("Bearer at"), requests_.back().headers.at(0).second);
        for (const Json& sub : {Json("eve"), Json(), Json(1), Json("ada ")}) {
            answers_["/userinfo"] = json(Json::object({{"sub", sub}, {"groups", "admins"}}));
            CPPUNIT_ASSERT_MESSAGE(sub.dump(), !client_->userinfo("at", "ada", until()).ok());
        }
        answers_["/userinfo"] = {200, "application/jwt", signer_.token(Json::object({{"sub", "ada"}}))};
        CPPUNIT_ASSERT(!client_->userinfo("at", "ada", until()).ok());
    }
    void theCodeGoesWithItsVerifierAndSecret() {
        answers_["/token"] = json(Json::object({{"id_token", "x"}, {"access_token", "y"}, {"token_type", "bearer"}}));
        CPPUNIT_ASSERT(client_->exchange("a&b", "verifier", "https://masthead.example/cb", until()).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("grant_type=authorization_code&code=a%26b&redirect_uri=https%3A%2F%2Fmasthead.example%2Fcb&code_verifier=verifier"), requests_.back().body);
        CPPUNIT_ASSERT_EQUAL("Basic " + base64Encode("mast%3Ahead:s%26cret"), requests_.back().headers.at(0).second);
        settings_.client_secret.clear();
        remake();
        CPPUNIT_ASSERT(client_->exchange("c", "v", "https://masthead.example/cb", until()).ok());
        CPPUNIT_ASSERT(requests_.back().headers.empty());
        CPPUNIT_ASSERT(requests_.back().body.find("&client_id=mast%3Ahead") != std::string::npos);
    }
    void answersOfTheTokenEndpoint() {
        const Json good = Json::object({{"id_token", "x"}, {"access_token", "y"}, {"token_type", "Bearer"}});
        for (const char* name : {"id_token", "access_token", "token_type"}) {
            Json body = good;
            body.erase(name);
            answers_["/token"] = json(body);
            CPPUNIT_ASSERT_MESSAGE(name, !client_->exchange("c", "v", "r", until()).ok());
        }
        answers_["/token"] = json(Json::object({{"error", "invalid_grant"}}), 400);
        const auto refused = client_->exchange("c", "v", "r", until());
        CPPUNIT_ASSERT_EQUAL(int(Code::Unauthenticated), int(refused.error().code));
        CPPUNIT_ASSERT(refused.error().message.find("invalid_grant") != std::string::npos);
        answers_["/token"] = {200, "text/html", "<html>"};
        CPPUNIT_ASSERT(!client_->exchange("c", "v", "r", until()).ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(OpClientTest);

}  // namespace masthead::console::oidc
