#include <cppunit/extensions/HelperMacros.h>

#include "host/edge/http1/request.hpp"
#include "host/edge/http1/response.hpp"
#include "host/edge/relay/request_headers.hpp"
#include "host/edge/relay/response_headers.hpp"

namespace masthead::edge::relay {

class HeaderRulesTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(HeaderRulesTest);
    CPPUNIT_TEST(headscaleGetsOnlyListedFields);
    CPPUNIT_TEST(consoleGetsOnlyListedFields);
    CPPUNIT_TEST(repeatedSingleFieldsAreRefused);
    CPPUNIT_TEST(ourCookiesStayWithUs);
    CPPUNIT_TEST(headscalesCookiesBecomeSecure);
    CPPUNIT_TEST(hopByHopFieldsEndHere);
    CPPUNIT_TEST(headscalesPagesGetOurHeaders);
    CPPUNIT_TEST_SUITE_END();

    static http1::RequestHead request(const std::string& fields) {
        auto parsed = http1::parseRequest("GET /x HTTP/1.1\r\nHost: hs.test\r\n" + fields + "\r\n");
        CPPUNIT_ASSERT_MESSAGE(fields, parsed.ok());
        return *parsed.head;
    }
    static http1::ResponseHead response(const std::string& fields) {
        auto parsed = http1::parseResponse("HTTP/1.1 200 OK\r\n" + fields + "\r\n");
        CPPUNIT_ASSERT_MESSAGE(fields, parsed.ok());
        return *parsed.head;
    }
    static std::string value(const http1::Fields& fields, const char* name) { return std::string(fields.get(name).value_or("(none)")); }

    void headscaleGetsOnlyListedFields() {
        const auto out = fieldsForHeadscale(request("X-Forwarded-For: 1.2.3.4\r\nX-Forwarded-Proto: http\r\nTrue-Client-IP: 1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\n"
                                                    "Forwarded: for=x\r\nAuthorization: Bearer a\r\nX-Masthead-Client: x\r\nX-Tailscale-Handshake: AA\r\n"
                                                    "Derp-Fast-Start: 1\r\nCookie: __Host-masthead=x\r\nConnection: x-tailscale-handshake\r\n"),
                                            {"192.0.2.9", "id"});
        CPPUNIT_ASSERT(out.ok());
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.9"), value(*out.head, "x-forwarded-for"));
        CPPUNIT_ASSERT_EQUAL(std::string("AA"), value(*out.head, "x-tailscale-handshake"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, out.head->all().size());
    }

    void consoleGetsOnlyListedFields() {
        const auto out = fieldsForConsole(request("X-Masthead-Client: 6.6.6.6\r\nX-MASTHEAD-Scheme: http\r\nX-Masthead-CSRF: t\r\nX-Forwarded-For: 1.2.3.4\r\n"
                                                  "User-Agent: =?utf-8?B?DQo=?=\r\nAccept: a\r\nAccept: b\r\nCookie: a=1\r\nCookie: b=2\r\nX-Other: 1\r\n"),
                                          {"192.0.2.9", "id"});
        CPPUNIT_ASSERT(out.ok());
        const auto& fields = *out.head;
        CPPUNIT_ASSERT_EQUAL(std::size_t{1}, fields.count("x-masthead-client"));
        CPPUNIT_ASSERT_EQUAL(std::string("192.0.2.9"), value(fields, "x-masthead-client"));
        CPPUNIT_ASSERT_EQUAL(std::string("https"), value(fields, "x-masthead-scheme"));
        CPPUNIT_ASSERT_EQUAL(std::string("hs.test"), value(fields, "x-masthead-host"));
        CPPUNIT_ASSERT_EQUAL(std::string("id"), value(fields, "x-masthead-request-id"));
        CPPUNIT_ASSERT_EQUAL(std::string("t"), value(fields, "x-masthead-csrf"));
        CPPUNIT_ASSERT_EQUAL(std::string("a, b"), value(fields, "accept"));
        CPPUNIT_ASSERT_EQUAL(std::string("a=1; b=2"), value(fields, "cookie"));
        CPPUNIT_ASSERT_EQUAL(std::string("(none)"), value(fields, "user-agent"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{7}, fields.all().size());
        CPPUNIT_ASSERT(!fieldsForConsole(request("Cookie: a==?x?=\r\n"), {"", ""}).head->get("cookie"));
    }

    void repeatedSingleFieldsAreRefused() {
        for (const std::string name : {"Authorization", "Content-Type", "Origin", "X-Masthead-CSRF", "Sec-Fetch-Site"}) {
            const auto out = fieldsForConsole(request(name + ": a\r\n" + name + ": b\r\n"), {"", ""});
            CPPUNIT_ASSERT_MESSAGE(name, !out.ok());
            CPPUNIT_ASSERT_EQUAL(400, out.refusal.status);
        }
    }

    void ourCookiesStayWithUs() {
        CPPUNIT_ASSERT_EQUAL(std::string("a=1; b=2"), withoutOurCookies("a=1; __Host-masthead=s;b=2 ; __HOST-Masthead-ticket=t;"));
        CPPUNIT_ASSERT_EQUAL(std::string(), withoutOurCookies("__Host-masthead"));
        CPPUNIT_ASSERT_EQUAL(std::string("x__Host-masthead=1"), withoutOurCookies("x__Host-masthead=1"));
    }

    void headscalesCookiesBecomeSecure() {
        CPPUNIT_ASSERT_EQUAL(std::string("a=1; Path=/; Secure"), safeCookie("a=1; Path=/"));
        CPPUNIT_ASSERT_EQUAL(std::string("a=1; SECURE"), safeCookie("a=1; SECURE"));
        CPPUNIT_ASSERT_EQUAL(std::string("a=secure; Secure"), safeCookie("a=secure"));
        for (const auto* bad : {"__Host-masthead=x", " __host-MASTHEAD=x; Path=/", "a=1; Path=/admin", "a=1; path=/admin/api"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(bad, std::string(), safeCookie(bad));
        }
    }

    void hopByHopFieldsEndHere() {
        const auto out = fieldsFromConsole(response("Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=1\r\nUpgrade: h2c\r\nServer: s\r\n"
                                                    "Content-Length: 3\r\nTrailer: x\r\nContent-Type: a/b\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n"));
        CPPUNIT_ASSERT_EQUAL(std::size_t{3}, out.all().size());
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, out.count("set-cookie"));
    }

    void headscalesPagesGetOurHeaders() {
        const auto html = fieldsFromHeadscale(response("Content-Type: Text/HTML; charset=utf-8\r\nContent-Security-Policy: frame-ancestors 'none'\r\n"
                                                       "X-Frame-Options: ALLOW\r\nStrict-Transport-Security: max-age=1\r\nAccess-Control-Allow-Origin: *\r\n"
                                                       "Location: http://127.0.0.1:5/next\r\n"),
                                              "/register/x", "127.0.0.1:5");
        for (const auto* name : {"content-security-policy", "x-frame-options", "strict-transport-security", "x-content-type-options", "cache-control"}) {
            CPPUNIT_ASSERT_EQUAL_MESSAGE(name, std::size_t{1}, html.count(name));
        }
        CPPUNIT_ASSERT_EQUAL(std::string("DENY"), value(html, "x-frame-options"));
        CPPUNIT_ASSERT(value(html, "content-security-policy").starts_with("default-src 'none'"));
        CPPUNIT_ASSERT_EQUAL(std::string("/next"), value(html, "location"));
        CPPUNIT_ASSERT_EQUAL(std::string("(none)"), value(html, "access-control-allow-origin"));
        const auto probe = fieldsFromHeadscale(response("Access-Control-Allow-Origin: *\r\nLocation: https://idp.example/x\r\n"), "/derp/probe", "127.0.0.1:5");
        CPPUNIT_ASSERT_EQUAL(std::string("*"), value(probe, "access-control-allow-origin"));
        CPPUNIT_ASSERT_EQUAL(std::string("https://idp.example/x"), value(probe, "location"));
        CPPUNIT_ASSERT_EQUAL(std::string("/"), value(fieldsFromHeadscale(response("Location: http://127.0.0.1:5//evil\r\n"), "/", "127.0.0.1:5"), "location"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HeaderRulesTest);

}  // namespace masthead::edge::relay
