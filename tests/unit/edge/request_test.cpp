#include "host/edge/http1/request.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::edge::http1 {

class RequestTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(RequestTest);
    CPPUNIT_TEST(aPlainRequestComesApart);
    CPPUNIT_TEST(framingIsTakenWhenItIsClear);
    CPPUNIT_TEST(doubtfulHeadsAreRefused);
    CPPUNIT_TEST(limitsAreExact);
    CPPUNIT_TEST(tokensAreFoundInLists);
    CPPUNIT_TEST_SUITE_END();

    static std::string get(const std::string& fields) { return "GET /key HTTP/1.1\r\nHost: hs.test\r\n" + fields + "\r\n"; }

    void aPlainRequestComesApart() {
        const auto parsed = parseRequest("GET /key?v=1 HTTP/1.1\r\nhOsT: HS.test:443\r\nAccept:  a \t\r\nEmpty:\r\nUtf: \xc3\xa9\r\n\r\n");
        CPPUNIT_ASSERT(parsed.ok());
        const auto& head = *parsed.head;
        CPPUNIT_ASSERT_EQUAL(std::string("GET"), head.method);
        CPPUNIT_ASSERT_EQUAL(std::string("/key"), head.target.path);
        CPPUNIT_ASSERT_EQUAL(std::string("v=1"), head.target.query);
        CPPUNIT_ASSERT_EQUAL(std::string("hs.test:443"), head.authority);
        CPPUNIT_ASSERT_EQUAL(std::string("a"), std::string(*head.fields.get("ACCEPT")));
        CPPUNIT_ASSERT_EQUAL(std::string(), std::string(*head.fields.get("empty")));
        CPPUNIT_ASSERT(head.framing.kind == Framing::Kind::None);
        CPPUNIT_ASSERT(!head.fields.get("absent"));
    }

    void framingIsTakenWhenItIsClear() {
        const auto length = parseRequest(get("Content-Length: 18446744073709551615\r\n"));
        CPPUNIT_ASSERT(length.ok() && length.head->framing.kind == Framing::Kind::Length);
        CPPUNIT_ASSERT_EQUAL(UINT64_MAX, length.head->framing.length);
        const auto chunked = parseRequest(get("Transfer-Encoding: Chunked\r\n"));
        CPPUNIT_ASSERT(chunked.ok() && chunked.head->framing.kind == Framing::Kind::Chunked);
    }

    void doubtfulHeadsAreRefused() {
        struct Case {
            std::string head;
            int status;
        };
        const Case cases[] = {
            {get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400},
            {get("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400},
            {get("Content-Length: 5\r\nContent-Length: 5\r\n"), 400},
            {get("Content-Length: 5\r\ncontent-length: 6\r\n"), 400},
            {get("Content-Length: 5, 5\r\n"), 400},
            {get("Content-Length: +5\r\n"), 400},
            {get("Content-Length: -1\r\n"), 400},
            {get("Content-Length: 0x10\r\n"), 400},
            {get("Content-Length: 1_0\r\n"), 400},
            {get("Content-Length:\r\n"), 400},
            {get("Content-Length: 5 5\r\n"), 400},
            {get("Content-Length: 00\r\n"), 400},
            {get("Content-Length: 18446744073709551616\r\n"), 400},
            {get("Content-Length : 5\r\n"), 400},
            {get("Content-Length\t: 5\r\n"), 400},
            {get("Transfer-Encoding: xchunked\r\n"), 400},
            {get("Transfer-Encoding: chunked, identity\r\n"), 400},
            {get("Transfer-Encoding: gzip, chunked\r\n"), 400},
            {get("Transfer-Encoding: ,chunked\r\n"), 400},
            {get("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400},
            {get("Transfer-Encoding:\x0b" "chunked\r\n"), 400},
            {get("Transfer_Encoding: chunked\r\n"), 400},
            {get(std::string("A: b\0c\r\n", 8)), 400},
            {get("A: b\x01\r\n"), 400},
            {get("A: b\x7f\r\n"), 400},
            {get("A: b\rTransfer-Encoding: chunked\r\n"), 400},
            {get("A: b\nC: d\r\n"), 400},
            {get("A: b\r\n folded\r\n"), 400},
            {get("A: b\r\n\tfolded\r\n"), 400},
            {get(": v\r\n"), 400},
            {get("no colon\r\n"), 400},
            {get("A\xa0: v\r\n"), 400},
            {get("A(b): v\r\n"), 400},
            {get("Host: hs.test\r\n"), 400},
            {"GET /key HTTP/1.1\r\n\r\n", 400},
            {"GET /key HTTP/1.1\r\nHost:\r\n\r\n", 400},
            {"GET /key HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
            {"GET /key HTTP/1.1\r\nHost: a\t\r\n\r\n", 400},
            {"GET /key HTTP/1.1\r\nHost:  a\r\n\r\n", 400},
            {"GET /key HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
            {"GET /key HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400},
            {"GET /key HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
            {"GET https://b/key HTTP/1.1\r\nHost: a\r\n\r\n", 421},
            {"GET /key HTTP/1.0\r\nHost: a\r\n\r\n", 505},
            {"GET /key HTTP/1.2\r\nHost: a\r\n\r\n", 505},
            {"GET /key HTTP/2.0\r\nHost: a\r\n\r\n", 505},
            {"GET /key HTTP/1.32\r\nHost: a\r\n\r\n", 400},
            {"GET /key http/1.1\r\nHost: a\r\n\r\n", 400},
            {"GET /key HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
            {"GET /key\r\nHost: a\r\n\r\n", 400},
            {"GET  /key HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"GET /key  HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"GET\t/key HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {" GET /key HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"G(T /key HTTP/1.1\r\nHost: a\r\n\r\n", 400},
            {"PRI * HTTP/2.0\r\n\r\n", 400},
            {get("Content-Encoding: gzip\r\n"), 415},
            {get("Expect: 200-ok\r\n"), 417},
            {get("Expect: 100-continue\r\nExpect: 100-continue\r\n"), 417},
            {"", 400},
            {"\r\n\r\n", 400},
        };
        for (const auto& item : cases) {
            const auto parsed = parseRequest(item.head);
            CPPUNIT_ASSERT_MESSAGE(item.head, !parsed.ok());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(item.head, item.status, parsed.refusal.status);
        }
    }

    void limitsAreExact() {
        std::string fields;
        for (int i = 0; i < 99; ++i) fields += "A: b\r\n";
        CPPUNIT_ASSERT(parseRequest(get(fields)).ok());
        CPPUNIT_ASSERT_EQUAL(431, parseRequest(get(fields + "A: b\r\n")).refusal.status);
        CPPUNIT_ASSERT(parseRequest(get("A: " + std::string(8189, 'x') + "\r\n")).ok());
        CPPUNIT_ASSERT_EQUAL(431, parseRequest(get("A: " + std::string(8190, 'x') + "\r\n")).refusal.status);
        const auto method = [](std::size_t size) { return std::string(size, 'M') + " / HTTP/1.1\r\nHost: a\r\n\r\n"; };
        CPPUNIT_ASSERT(parseRequest(method(32)).ok());
        CPPUNIT_ASSERT_EQUAL(400, parseRequest(method(33)).refusal.status);
    }

    void tokensAreFoundInLists() {
        const auto parsed = parseRequest(get("Connection: keep-alive,\tUPGRADE\r\nConnection: x\r\n"));
        CPPUNIT_ASSERT(parsed.ok());
        CPPUNIT_ASSERT(parsed.head->fields.hasToken("connection", "upgrade"));
        CPPUNIT_ASSERT(parsed.head->fields.hasToken("connection", "x"));
        CPPUNIT_ASSERT(!parsed.head->fields.hasToken("connection", "keep"));
        CPPUNIT_ASSERT_EQUAL(std::string("keep-alive,\tUPGRADE, x"), parsed.head->fields.joined("connection"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestTest);

}  // namespace masthead::edge::http1
