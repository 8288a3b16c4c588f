#include "host/edge/http1/chunked.hpp"

#include <cppunit/extensions/HelperMacros.h>

namespace masthead::edge::http1 {

class ChunkedTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(ChunkedTest);
    CPPUNIT_TEST(decodesInPiecesOfAnySize);
    CPPUNIT_TEST(leavesWhatFollows);
    CPPUNIT_TEST(refusesWhatIsNotStrict);
    CPPUNIT_TEST(incompleteIsNeverDone);
    CPPUNIT_TEST_SUITE_END();

    using State = ChunkedDecoder::State;

    void decodesInPiecesOfAnySize() {
        const std::string text = "5;name=\"va lue\"\r\nhello\r\n00A\r\n0123456789\r\n1\r\n\n\r\n0\r\nTrailer: x\r\n\r\n";
        for (std::size_t step = 1; step <= text.size(); ++step) {
            ChunkedDecoder decoder;
            std::string out;
            State state = State::NeedMore;
            for (std::size_t at = 0; at < text.size(); at += step) {
                std::size_t consumed = 0;
                const auto piece = std::string_view(text).substr(at, step);
                state = decoder.feed(piece, out, consumed);
                CPPUNIT_ASSERT(state != State::Failed);
                CPPUNIT_ASSERT_EQUAL(piece.size(), consumed);
            }
            CPPUNIT_ASSERT(state == State::Done);
            CPPUNIT_ASSERT_EQUAL(std::string("hello0123456789\n"), out);
        }
    }

    void leavesWhatFollows() {
        const std::string text = "1\r\na\r\n0\r\n\r\n";
        ChunkedDecoder decoder;
        std::string out;
        std::size_t consumed = 0;
        CPPUNIT_ASSERT(decoder.feed(text + "GET / HTTP/1.1", out, consumed) == State::Done);
        CPPUNIT_ASSERT_EQUAL(text.size(), consumed);
    }

    static int refusalOf(const std::string& text) {
        ChunkedDecoder decoder;
        std::string out;
        std::size_t consumed = 0;
        return decoder.feed(text, out, consumed) == State::Failed ? decoder.refusal().status : 0;
    }

    void refusesWhatIsNotStrict() {
        const std::string texts[] = {
            "0_2e\r\n", "-1\r\n", "+5\r\n", " 5\r\n", "5 \r\n", "0x5\r\n", "\r\n", ";ext\r\n", "Z\r\nZZ\r\n", "1these\r\n", "FFFFFFFFFFFFFFFF\r\n", "123456789\r\n",
            std::string(1000, '0') + "5\r\n", "5;" + std::string(5000, 'x') + "\r\n", "2\r\r;a\r\n", "0\n\r\n", "5;a\nb\r\n", "2\r\nabc\r\n", "2\r\nab\n0\r\n",
            "2\r\nab0\r\n\r\n", "0\r\nHost: evil\r\n\r\n", "0\r\ncontent-length: 1\r\n\r\n", "0\r\nTransfer-Encoding: chunked\r\n\r\n", "0\r\nno colon\r\n\r\n",
            "0\r\n: x\r\n\r\n", "0\r\nA: b\n\r\n", "0\r\nA : b\r\n\r\n", std::string("5;\0\r\n", 5),
        };
        for (const auto& text : texts) CPPUNIT_ASSERT_EQUAL_MESSAGE(text, 400, refusalOf(text));
        CPPUNIT_ASSERT_EQUAL(431, refusalOf("0\r\nA: " + std::string(65536, 'x')));
        std::string many = "0\r\n";
        for (int i = 0; i < 10000; ++i) many += "A: b\r\n";
        CPPUNIT_ASSERT_EQUAL(431, refusalOf(many));
    }

    void incompleteIsNeverDone() {
        const std::string text = "3\r\nabc\r\n0\r\n\r\n";
        for (std::size_t size = 0; size < text.size(); ++size) {
            ChunkedDecoder decoder;
            std::string out;
            std::size_t consumed = 0;
            CPPUNIT_ASSERT(decoder.feed(std::string_view(text).substr(0, size), out, consumed) == State::NeedMore);
        }
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChunkedTest);

}  // namespace masthead::edge::http1
