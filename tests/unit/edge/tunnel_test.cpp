#include "host/edge/relay/tunnel.hpp"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>

#include "tests/unit/edge/loop.hpp"

namespace masthead::edge::relay {

class TunnelTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TunnelTest);
    CPPUNIT_TEST(bytesAndEndsPassBothWays);
    CPPUNIT_TEST(aSilentHalfIsEndedAfterTheLinger);
    CPPUNIT_TEST(aClosedStreamEndsBoth);
    CPPUNIT_TEST(aReaderThatStopsHoldsTheWriter);
    CPPUNIT_TEST_SUITE_END();

    testing::Loop loop_;
    std::unique_ptr<Stream> outer_client_, client_, backend_, outer_backend_;
    TunnelCounts counts_;

public:
    void setUp() override {
        std::tie(outer_client_, client_) = loop_.pair();
        std::tie(backend_, outer_backend_) = loop_.pair();
        counts_ = {};
    }

private:
    Task<void> relay(std::int64_t linger_ms) { counts_ = co_await runTunnel(*client_, *backend_, linger_ms); }

    static Task<void> sendAndEnd(Stream& stream, std::string data) {
        const bool sent = co_await writeAll(stream, data);
        CPPUNIT_ASSERT(sent);
        stream.shutdownWrite();
    }
    static Task<void> expect(Stream& stream, std::string data) {
        const auto got = co_await testing::readAll(stream);
        CPPUNIT_ASSERT(got == data);
    }
    /// Answers only after the other side's end: the half that is still open must carry it.
    static Task<void> countAndAnswer(Stream& stream) {
        const auto got = co_await testing::readAll(stream);
        co_await sendAndEnd(stream, std::to_string(got.size()));
    }

    void bytesAndEndsPassBothWays() {
        loop_.start(relay(10000));
        loop_.start(sendAndEnd(*outer_client_, std::string(300000, 'x')));
        loop_.start(countAndAnswer(*outer_backend_));
        loop_.start(expect(*outer_client_, "300000"));
        loop_.run();
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{300000}, counts_.to_backend);
        CPPUNIT_ASSERT_EQUAL(std::uint64_t{6}, counts_.to_client);
        CPPUNIT_ASSERT(!client_->isOpen() && !backend_->isOpen());
    }

    void aSilentHalfIsEndedAfterTheLinger() {
        loop_.start(relay(50));
        loop_.start(sendAndEnd(*outer_client_, "x"));
        loop_.start(expect(*outer_client_, ""));  // nobody answers: the tunnel ends all the same
        loop_.run();
        CPPUNIT_ASSERT(!client_->isOpen() && !backend_->isOpen());
    }

    static Task<void> closeNow(Stream& stream) {
        stream.close();
        co_return;
    }

    void aClosedStreamEndsBoth() {
        loop_.start(relay(50));
        loop_.start(closeNow(*client_));
        loop_.start(expect(*outer_backend_, ""));
        loop_.run();
        CPPUNIT_ASSERT(!backend_->isOpen());
    }

    /// Writes as much as goes without waiting and ends the tunnel: what it took is what the buffers hold.
    Task<void> fill(std::size_t& taken) {
        const std::string block(4096, 'x');
        for (int quiet = 0; quiet < 100;) {
            const auto sent = outer_client_->tryWrite(block);
            if (sent.kind == IoResult::Kind::Done) {
                taken += sent.bytes;
                quiet = 0;
            } else {
                ++quiet;
            }
            CPPUNIT_ASSERT(taken < std::size_t{32} << 20);
            co_await boost::asio::post(loop_.context, boost::asio::use_awaitable);
        }
        client_->close();
    }

    void aReaderThatStopsHoldsTheWriter() {
        const int size = 8192;
        for (auto* stream : {outer_client_.get(), client_.get(), backend_.get(), outer_backend_.get()}) {
            ::setsockopt(stream->socket().native_handle(), SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
        }
        std::size_t taken = 0;
        loop_.start(relay(50));
        loop_.start(fill(taken));
        loop_.run();
        // Two kernel buffers and one of ours.
        CPPUNIT_ASSERT(taken > 0 && taken < 2 * 64 * 1024 + kTunnelBuffer);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TunnelTest);

}  // namespace masthead::edge::relay
