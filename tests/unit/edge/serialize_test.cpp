#include "host/edge/http1/serialize.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include "host/edge/http1/chunked.hpp"
#include "host/edge/http1/request.hpp"

namespace masthead::edge::http1 {

class SerializeTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(SerializeTest);
    CPPUNIT_TEST(whatIsWrittenParsesBack);
    CPPUNIT_TEST(chunksDecodeBack);
    CPPUNIT_TEST(datesAreInTheFixedForm);
    CPPUNIT_TEST_SUITE_END();

    void whatIsWrittenParsesBack() {
        const auto text = HeadWriter::request("POST", "/a?b=c").add("host", "hs.test").add("content-length", "2").finish();
        CPPUNIT_ASSERT_EQUAL(std::string("POST /a?b=c HTTP/1.1\r\nhost: hs.test\r\ncontent-length: 2\r\n\r\n"), text);
        CPPUNIT_ASSERT(parseRequest(text).ok());
        CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 404 Not Found\r\n\r\n"), HeadWriter::response(404).finish());
        CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 299 Odd\r\n\r\n"), HeadWriter::response(299, "Odd").finish());
    }

    void chunksDecodeBack() {
        CPPUNIT_ASSERT_EQUAL(std::string(), chunk(""));
        const std::string data(70000, 'x');
        ChunkedDecoder decoder;
        std::string out;
        std::size_t consumed = 0;
        CPPUNIT_ASSERT(decoder.feed(chunk(data) + chunk("y") + std::string(kLastChunk), out, consumed) == ChunkedDecoder::State::Done);
        CPPUNIT_ASSERT(out == data + "y");
    }

    void datesAreInTheFixedForm() {
        CPPUNIT_ASSERT_EQUAL(std::string("Sun, 06 Nov 1994 08:49:37 GMT"), httpDate(784111777));
        CPPUNIT_ASSERT_EQUAL(std::string("Thu, 01 Jan 1970 00:00:00 GMT"), httpDate(0));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SerializeTest);

}  // namespace masthead::edge::http1
