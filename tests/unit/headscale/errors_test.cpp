// The texts below are what headscale 0.28.0, 0.29.2 and 0.30-dev answered.
#include "host/headscale/errors.hpp"

#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

class ErrorsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ErrorsTest);
    CPPUNIT_TEST(grpcTextsHaveAMeaning);
    CPPUNIT_TEST(restTextsHaveTheSameMeaning);
    CPPUNIT_TEST(unknownTextsKeepTheirStatus);
    CPPUNIT_TEST(duplicateUserIsNamedAndSqlIsNot);
    CPPUNIT_TEST(downAndLateAreUnavailable);
    CPPUNIT_TEST(missingCallNamesBothVersions);
    CPPUNIT_TEST_SUITE_END();

    struct Case {
        int status;
        const char* text;
        Code code;
    };

    void grpcTextsHaveAMeaning() {
        const Case cases[] = {
            {13, "failed to create user: creating user: constraint failed: UNIQUE constraint failed: users.name (2067)", Code::Conflict},
            {2, "updating user: constraint failed: UNIQUE constraint failed: users.name (2067)", Code::Conflict},
            {2, "user not found", Code::NotFound},
            {2, "looking up user: user not found", Code::NotFound},
            {2, "user not empty: node(s) found", Code::FailedPrecondition},
            {2, "expected exactly one user, found 2", Code::FailedPrecondition},
            {5, "node not found", Code::NotFound},
            {2, "node no longer exists in NodeStore: 999", Code::NotFound},
            {2, "node not found in registration cache", Code::NotFound},
            {2, "record not found", Code::NotFound},
            {2, "loading ACL from database: acl policy not found", Code::NotFound},
            {2, "node name is not unique: renamed-2", Code::Conflict},
            {2, "renaming node: hostname \"Bad Name\" must be lowercase (try \"bad name\")", Code::InvalidArgument},
            {2, "renaming node: \"Bad Name\" is not a valid DNS label: contains invalid character ' '", Code::InvalidArgument},
            {2, "parsing route: netip.ParsePrefix(\"notcidr\"): no '/'", Code::InvalidArgument},
            {2, "tag must start with the string 'tag:'", Code::InvalidArgument},
            {3, "requested tags [tag:unowned] are invalid or not permitted", Code::InvalidArgument},
            {2, "auth-key must be either tagged or owned by user", Code::InvalidArgument},
            {2, "auth ID has invalid prefix: expected prefix \"hskey-authreq-\"", Code::InvalidArgument},
            {2, "setting policy: parsing policy: unknown field \"grants\"", Code::InvalidArgument},
            {3, "test(s) failed:\nalice@: source \"alice@\" resolved to no IP addresses", Code::InvalidArgument},
            {2, "update is disabled for modes other than 'database'", Code::FailedPrecondition},
            {3, "node not found", Code::NotFound},
        };
        for (const Case& one : cases) CPPUNIT_ASSERT_EQUAL_MESSAGE(one.text, one.code, grpcError(one.status, one.text, {"doing"}).code);
    }

    static Json problem(const char* detail, const char* reason) {
        Json out = Json::object({{"title", "t"}, {"status", 400}, {"detail", detail}});
        if (reason != nullptr) out.set("errors", Json::array({Json::object({{"message", reason}})}));
        return out;
    }

    void restTextsHaveTheSameMeaning() {
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, restError(409, problem("user already exists", nullptr), "", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, restError(500, problem("renaming user", "updating user: constraint failed: UNIQUE constraint failed: users.name (2067)"), "", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::Conflict, restError(400, problem("renaming node", "node name is not unique: renamed-2"), "", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::FailedPrecondition, restError(400, problem("deleting user", "user not empty: node(s) found"), "", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, restError(500, problem("loading ACL from database", "acl policy not found"), "", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::NotFound, restError(404, problem("node not found", nullptr), "", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, restError(422, problem("validation failed", "unexpected property"), "", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, restError(400, problem("parsing route", "netip.ParsePrefix(\"notcidr\"): no '/'"), "", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted, restError(413, Json(), "", {"x"}).code);
    }

    void unknownTextsKeepTheirStatus() {
        CPPUNIT_ASSERT_EQUAL(Code::Internal, grpcError(2, "something new", {"doing", "it"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, grpcError(3, "something new", {"doing"}).code);
        CPPUNIT_ASSERT_EQUAL(std::string("doing \"it\": something new"), grpcError(2, "something new", {"doing", "it"}).message);
        CPPUNIT_ASSERT_EQUAL(std::string("doing: 404 page not found"), restError(404, Json(), "404 page not found", {"doing"}).message);
        CPPUNIT_ASSERT_EQUAL(std::string("doing: headscale gave no reason"), restError(500, Json(), "", {"doing"}).message);
    }

    void duplicateUserIsNamedAndSqlIsNot() {
        const Error error = grpcError(13, "creating user: UNIQUE constraint failed: users.name (2067)", {"creating user", "ann"});
        CPPUNIT_ASSERT_EQUAL(std::string("creating user \"ann\": a user named \"ann\" exists already"), error.message);
        CPPUNIT_ASSERT(error.internal.find("UNIQUE") != std::string::npos);
    }

    void downAndLateAreUnavailable() {
        CPPUNIT_ASSERT_EQUAL(Code::Unavailable, grpcError(14, "failed to connect to all addresses", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::Unavailable, grpcError(4, "Deadline Exceeded", {"x"}).code);
        CPPUNIT_ASSERT_EQUAL(Code::Unavailable, restError(503, Json(), "", {"x"}).code);
        const Error error = grpcError(14, "connect: /secret/path", {"listing nodes"});
        CPPUNIT_ASSERT(error.message.find("/secret/path") == std::string::npos);
    }

    void missingCallNamesBothVersions() {
        const Error error = lacksCall("checking a policy", "0.28", "0.29");
        CPPUNIT_ASSERT_EQUAL(Code::Unimplemented, error.code);
        CPPUNIT_ASSERT(error.message.find("0.28") != std::string::npos && error.message.find("0.29") != std::string::npos);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ErrorsTest);

}  // namespace masthead::headscale
