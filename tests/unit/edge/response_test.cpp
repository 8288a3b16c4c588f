#include "host/edge/http1/response.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::edge::http1 {

class ResponseTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ResponseTest);
    CPPUNIT_TEST(acceptedHeads);
    CPPUNIT_TEST(refusedHeads);
    CPPUNIT_TEST(framingFollowsStatusAndMethod);
    CPPUNIT_TEST_SUITE_END();

    void acceptedHeads() {
        const auto parsed = parseResponse("HTTP/1.1 404 Not Found\r\nX_y: z\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n");
        CPPUNIT_ASSERT(parsed.ok());
        CPPUNIT_ASSERT_EQUAL(404, parsed.head->status);
        CPPUNIT_ASSERT_EQUAL(std::string("Not Found"), parsed.head->reason);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, parsed.head->fields.count("set-cookie"));
        CPPUNIT_ASSERT(parseResponse("HTTP/1.1 200\r\n\r\n").ok());
        CPPUNIT_ASSERT(parseResponse("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n").ok());
        CPPUNIT_ASSERT_EQUAL(0, parseResponse("HTTP/1.0 200 OK\r\n\r\n").head->minor_version);
    }

    void refusedHeads() {
        const std::string heads[] = {
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1,1\r\n\r\n", "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2000\r\n\r\n",
            "HTTP/1.1 600 x\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 200 O\x01K\r\n\r\n", "ICY 200 OK\r\n\r\n", "",
        };
        for (const auto& head : heads) {
            const auto parsed = parseResponse(head);
            CPPUNIT_ASSERT_MESSAGE(head, !parsed.ok());
            CPPUNIT_ASSERT_EQUAL(502, parsed.refusal.status);
        }
    }

    static Framing::Kind kind(const std::string& head, const char* method = "GET") {
        const auto framing = responseFraming(*parseResponse(head).head, method);
        CPPUNIT_ASSERT_MESSAGE(head, framing.ok());
        return framing.head->kind;
    }

    void framingFollowsStatusAndMethod() {
        using Kind = Framing::Kind;
        const std::string length = "Content-Length: 3\r\n\r\n";
        CPPUNIT_ASSERT(kind("HTTP/1.1 200 OK\r\n" + length) == Kind::Length);
        CPPUNIT_ASSERT(kind("HTTP/1.1 200 OK\r\n" + length, "HEAD") == Kind::None);
        CPPUNIT_ASSERT(kind("HTTP/1.1 204 No\r\n\r\n") == Kind::None);
        CPPUNIT_ASSERT(kind("HTTP/1.1 304 No\r\n" + length) == Kind::None);
        CPPUNIT_ASSERT(kind("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n") == Kind::Chunked);
        CPPUNIT_ASSERT(kind("HTTP/1.1 200 OK\r\n\r\n") == Kind::UntilClose);
        CPPUNIT_ASSERT(!responseFraming(*parseResponse("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").head, "GET").ok());
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ResponseTest);

}  // namespace masthead::edge::http1
