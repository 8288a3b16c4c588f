#include <cppunit/extensions/HelperMacros.h>

#include "host/edge/relay/request_body.hpp"
#include "host/edge/relay/response_relay.hpp"
#include "tests/unit/edge/loop.hpp"

namespace masthead::edge::relay {

class BodyTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(BodyTest);
    CPPUNIT_TEST(requestBodiesAreReadWhole);
    CPPUNIT_TEST(requestBodiesAreBounded);
    CPPUNIT_TEST(aBodyTakesItsMemoryAlong);
    CPPUNIT_TEST(aBodyCutShortIsNeverComplete);
    CPPUNIT_TEST(largeBodiesAreStreamed);
    CPPUNIT_TEST(responsesAreFramedAnew);
    CPPUNIT_TEST(truncatedResponsesAreNotCompleted);
    CPPUNIT_TEST_SUITE_END();

    using Kind = http1::Framing::Kind;

    testing::Loop loop_;
    limits::ByteBudget budget_{std::size_t{2} << 20};
    std::string rest_;
    std::size_t kept_ = 0;

    static Task<void> send(Stream& stream, std::string data) {
        const bool sent = co_await writeAll(stream, data);
        CPPUNIT_ASSERT(sent);
        stream.shutdownWrite();
    }

    Task<void> take(Stream& client, http1::Framing framing, std::uint64_t limit, BodyRead& out) {
        Deadline deadline(loop_.context.get_executor(), [&client] { client.close(); });
        std::string input;
        limits::ByteBudget::Share share(budget_);
        out = co_await readBody({client, input, deadline, 60000}, framing, limit, share);
        rest_ = input;
        kept_ = input.capacity();
    }

    BodyRead read(const std::string& wire, http1::Framing framing, std::uint64_t limit = 1 << 20) {
        auto [near, far] = loop_.pair();
        BodyRead out;
        loop_.start(send(*far, wire));
        loop_.start(take(*near, framing, limit, out));
        loop_.run();
        return out;
    }

    void requestBodiesAreReadWhole() {
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), read("abc", {Kind::Length, 3}).body);
        const auto chunked = read("3\r\nabc\r\n0\r\n\r\nGET /", {Kind::Chunked, 0});
        CPPUNIT_ASSERT_EQUAL(0, chunked.status);
        CPPUNIT_ASSERT_EQUAL(std::string("abc"), chunked.body);
        CPPUNIT_ASSERT_EQUAL(std::string("GET /"), rest_);
        CPPUNIT_ASSERT_EQUAL(0, read("", {}).status);
    }

    void requestBodiesAreBounded() {
        CPPUNIT_ASSERT_EQUAL(413, read("abcd", {Kind::Length, 4}, 3).status);
        CPPUNIT_ASSERT_EQUAL(413, read("4\r\nabcd\r\n0\r\n\r\n", {Kind::Chunked, 0}, 3).status);
        CPPUNIT_ASSERT_EQUAL(413, read("", {Kind::Length, UINT64_MAX}, UINT64_MAX).status);
        CPPUNIT_ASSERT_EQUAL(400, read("zz\r\n", {Kind::Chunked, 0}).status);
        limits::ByteBudget::Share hog(budget_);
        CPPUNIT_ASSERT(hog.growTo(std::size_t{2} << 20));
        CPPUNIT_ASSERT_EQUAL(503, read("4\r\nabcd\r\n0\r\n\r\n", {Kind::Chunked, 0}).status);
    }

    void aBodyTakesItsMemoryAlong() {
        // Otherwise each kept connection would go on holding the largest body it ever sent.
        constexpr std::size_t kSize = 200000;
        CPPUNIT_ASSERT_EQUAL(kSize, read(std::string(kSize, 'x'), {Kind::Length, kSize}).body.size());
        CPPUNIT_ASSERT(kept_ < 4096);
    }

    void aBodyCutShortIsNeverComplete() {
        CPPUNIT_ASSERT_EQUAL(-1, read("ab", {Kind::Length, 3}).status);
        CPPUNIT_ASSERT_EQUAL(-1, read("3\r\nabc\r\n0\r\n", {Kind::Chunked, 0}).status);
    }

    Task<void> pass(Stream& client, Stream& backend, std::uint64_t length, StreamedBody& out) {
        Deadline deadline(loop_.context.get_executor(), [&client] { client.close(); });
        std::string input = "first ";
        out = co_await streamBody({client, input, deadline, 60000}, length, backend);
        backend.shutdownWrite();
    }
    static Task<void> collect(Stream& stream, std::string& out) { out = co_await testing::readAll(stream); }

    void largeBodiesAreStreamed() {
        const std::string body(3 << 20, 'x');
        auto [near, far] = loop_.pair();
        auto [backend, console] = loop_.pair();
        StreamedBody result{};
        std::string arrived;
        loop_.start(send(*far, body + "next"));
        loop_.start(pass(*near, *backend, body.size() + 6, result));
        loop_.start(collect(*console, arrived));
        loop_.run();
        CPPUNIT_ASSERT(result == StreamedBody::Complete);
        CPPUNIT_ASSERT(arrived == "first " + body);
    }

    Task<void> forward(Stream& backend, Stream& client, http1::Framing framing, std::string buffered, Relayed& out) {
        Deadline to_backend(loop_.context.get_executor(), [&backend] { backend.close(); });
        Deadline to_client(loop_.context.get_executor(), [&client] { client.close(); });
        out = co_await relayBody({backend, buffered, to_backend, 10000}, framing, {client, to_client, 10000});
        client.shutdownWrite();
    }

    std::pair<Relayed, std::string> respond(const std::string& wire, http1::Framing framing, const std::string& buffered = "") {
        auto [backend, console] = loop_.pair();
        auto [client, browser] = loop_.pair();
        Relayed result;
        std::string arrived;
        loop_.start(send(*console, wire));
        loop_.start(forward(*backend, *client, framing, buffered, result));
        loop_.start(collect(*browser, arrived));
        loop_.run();
        return {result, arrived};
    }

    void responsesAreFramedAnew() {
        const auto length = respond("lo", {Kind::Length, 5}, "hel");
        CPPUNIT_ASSERT(length.first.complete && length.first.backend_clean);
        CPPUNIT_ASSERT_EQUAL(std::string("hello"), length.second);
        const auto chunked = respond("5;x=y\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", {Kind::Chunked, 0});
        CPPUNIT_ASSERT(chunked.first.complete && chunked.first.backend_clean);
        CPPUNIT_ASSERT(chunked.second.ends_with("0\r\n\r\n") && chunked.second.find("Trailer") == std::string::npos);
        const auto closing = respond("hello", {Kind::UntilClose, 0});
        CPPUNIT_ASSERT(closing.first.complete && !closing.first.backend_clean);
        CPPUNIT_ASSERT_EQUAL(std::string("5\r\nhello\r\n0\r\n\r\n"), closing.second);
        CPPUNIT_ASSERT(!respond("", {Kind::None, 0}, "unasked").first.backend_clean);
        CPPUNIT_ASSERT(!respond("x", {Kind::Length, 1}, "xx").first.backend_clean);
    }

    void truncatedResponsesAreNotCompleted() {
        CPPUNIT_ASSERT(!respond("hel", {Kind::Length, 5}).first.complete);
        const auto chunked = respond("5\r\nhello\r\n", {Kind::Chunked, 0});
        CPPUNIT_ASSERT(!chunked.first.complete && !chunked.second.ends_with("0\r\n\r\n"));
        CPPUNIT_ASSERT(!respond("5\r\nhello\r\nzz", {Kind::Chunked, 0}).first.complete);
        CPPUNIT_ASSERT(!respond("zz\r\n", {Kind::Chunked, 0}).first.complete);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(BodyTest);

}  // namespace masthead::edge::relay
