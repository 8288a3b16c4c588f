#include "host/console/api/body.hpp"
#include "host/console/http/cookies.hpp"
#include "host/console/http/query.hpp"
#include "host/console/http/response_headers.hpp"
#include "tests/unit/console/world.hpp"

namespace masthead::console {

class HttpPartsTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HttpPartsTest);
    CPPUNIT_TEST(queriesAreDecodedOnce);
    CPPUNIT_TEST(plainPathsAreTheOnlyPaths);
    CPPUNIT_TEST(cookiesAreFoundByTheirExactName);
    CPPUNIT_TEST(theSessionCookieIsAsLockedAsItCanBe);
    CPPUNIT_TEST(headersThatWouldSplitAreDropped);
    CPPUNIT_TEST(everyCodeHasItsStatus);
    CPPUNIT_TEST(internalTextIsNotSent);
    CPPUNIT_TEST(fieldsAreNamedWhateverTheirText);
    CPPUNIT_TEST(bodiesRefuseWhatTheyDoNotKnow);
    CPPUNIT_TEST_SUITE_END();

    void queriesAreDecodedOnce() {
        const auto query = must(parseQuery("a=1&b=%2526+x&a=2&c&=d&e=%C3%A9"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{6}, query.size());
        CPPUNIT_ASSERT_EQUAL(std::string("%26 x"), query.find("b")->second);
        CPPUNIT_ASSERT_EQUAL(std::string("\xc3\xa9"), query.find("e")->second);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, query.count("a"));
        for (const char* text : {"a=%", "a=%4", "a=%zz", "a=%0d%0a", "%00=1", "a=%7f"}) CPPUNIT_ASSERT_MESSAGE(text, !parseQuery(text).ok());
        std::string many;
        for (int i = 0; i < 101; ++i) many += "a&";
        CPPUNIT_ASSERT(!parseQuery(many).ok());
    }
    void plainPathsAreTheOnlyPaths() {
        for (const char* path : {"/", "/admin", "/admin/", "/admin/p/nodes/7", "/a.b-c_d~e@f:g"}) CPPUNIT_ASSERT_MESSAGE(path, plainPath(path));
        for (const char* path : {"", "admin", "//", "/a//b", "/a/../b", "/..", "/.", "/a/./b", "/a%2fb", "/a b", "/a;b", "/a\\b", "/a?b", "/\xc3\xa9", "/a\n"}) {
            CPPUNIT_ASSERT_MESSAGE(path, !plainPath(path));
        }
    }
    void cookiesAreFoundByTheirExactName() {
        CPPUNIT_ASSERT(cookieValues("a=1; __Host-masthead=x; b=2", "__Host-masthead") == std::vector<std::string>({"x"}));
        CPPUNIT_ASSERT(cookieValues("__Host-masthead=x;__Host-masthead=y", "__Host-masthead").size() == 2);
        for (const char* header : {"", "__host-masthead=x", "x__Host-masthead=y", "__Host-masthead", "__Host-masthead-ticket=x"}) {
            CPPUNIT_ASSERT_MESSAGE(header, cookieValues(header, "__Host-masthead").empty());
        }
    }
    void theSessionCookieIsAsLockedAsItCanBe() {
        CPPUNIT_ASSERT_EQUAL(std::string("__Host-masthead=t; Path=/; Secure; HttpOnly; SameSite=Strict"), sessionCookie("t"));
        CPPUNIT_ASSERT_EQUAL(std::string("__Host-masthead=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"), sessionCookie(""));
    }
    void headersThatWouldSplitAreDropped() {
        Response response;
        response.headers = {{"X-Good", "1"}, {"X-Bad", "a\r\nSet-Cookie: b"}, {"Bad Name", "1"}, {"", "1"}, {"Connection", "close"},
                            {"transfer-encoding", "chunked"}, {"Content-Length", "5"}, {"Server", "x"}, {"Cache-Control", "public"}};
        finishHeaders(response, "id");
        std::map<std::string, std::string> headers(response.headers.begin(), response.headers.end());
        for (const char* name : {"X-Bad", "Bad Name", "", "Connection", "transfer-encoding", "Content-Length", "Server"}) {
            CPPUNIT_ASSERT_MESSAGE(name, headers.count(name) == 0);
        }
        CPPUNIT_ASSERT_EQUAL(std::string("1"), headers["X-Good"]);
        CPPUNIT_ASSERT_EQUAL(std::string("public"), headers["Cache-Control"]);
        CPPUNIT_ASSERT_EQUAL(std::string("id"), headers["X-Request-Id"]);
    }
    void everyCodeHasItsStatus() {
        const std::pair<Code, int> expected[] = {
            {Code::InvalidArgument, 400}, {Code::Unauthenticated, 401}, {Code::PermissionDenied, 403}, {Code::NotFound, 404},  {Code::Conflict, 409},
            {Code::FailedPrecondition, 409}, {Code::ResourceExhausted, 429}, {Code::Cancelled, 503}, {Code::Deadline, 504}, {Code::Unavailable, 503},
            {Code::Internal, 500}, {Code::Unimplemented, 501}};
        for (const auto& [code, status] : expected) CPPUNIT_ASSERT_EQUAL(status, httpStatus(code));
    }
    void internalTextIsNotSent() {
        const Response response = problem(Error{Code::Internal, "It broke.", "at line 7 of secret.cpp"}, "id-1");
        const Json body = must(parseJson(response.body));
        CPPUNIT_ASSERT_EQUAL(std::string("It broke."), body.text("detail"));
        CPPUNIT_ASSERT_EQUAL(std::string("internal"), body.text("code"));
        CPPUNIT_ASSERT(!body["retryable"].asBool(true));
        CPPUNIT_ASSERT(response.body.find("secret.cpp") == std::string::npos);
        CPPUNIT_ASSERT(must(parseJson(problem(Error{Code::Unavailable, ""}, "id").body))["retryable"].asBool());
    }
    void fieldsAreNamedWhateverTheirText() {
        const Response response = fieldProblem({{"size", "is half a character: \xe4\xb8"}, {"name", "is missing"}}, "id");
        CPPUNIT_ASSERT_EQUAL(400, response.status);
        CPPUNIT_ASSERT(response.body.find(R"({"path":"name","reason":"is missing"})") != std::string::npos);
    }
    void bodiesRefuseWhatTheyDoNotKnow() {
        const auto wrong = [](const std::string& text) {
            Request request;
            request.body = text;
            api::Body body(request);
            body.text("email");
            body.textList("roles");
            const auto response = body.finish();
            std::string out;
            if (!response) return out;
            const Json parsed = must(parseJson(response->body));
            for (const auto& field : parsed["fields"].items()) out += field.text("path") + " ";
            return "400: " + out;
        };
        CPPUNIT_ASSERT_EQUAL(std::string(), wrong(R"({"email":"a","roles":["x"]})"));
        CPPUNIT_ASSERT_EQUAL(std::string(), wrong(R"({"email":"a"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("400: email "), wrong("{}"));
        CPPUNIT_ASSERT_EQUAL(std::string("400: email "), wrong(R"({"email":7})"));
        CPPUNIT_ASSERT_EQUAL(std::string("400: roles "), wrong(R"({"email":"a","roles":"x"})"));
        CPPUNIT_ASSERT_EQUAL(std::string("400: roles "), wrong(R"({"email":"a","roles":[1]})"));
        CPPUNIT_ASSERT_EQUAL(std::string("400: is_admin "), wrong(R"({"email":"a","is_admin":true})"));
        for (const char* text : {"", "[]", "7", "nonsense", R"({"email":"a","email":"b"})"}) CPPUNIT_ASSERT_EQUAL_MESSAGE(text, std::string("400:  "), wrong(text));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HttpPartsTest);

}  // namespace masthead::console
