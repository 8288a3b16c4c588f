#include "host/edge/tls/stream.hpp"

#include <cppunit/extensions/HelperMacros.h>

#include <random>

#include "tests/support/temp_dir.hpp"
#include "tests/unit/edge/loop.hpp"
#include "tests/unit/edge/pem.hpp"

namespace masthead::edge::tls {

namespace {

/// The client side, on the same kind of stream, for talking to TlsStream within one event loop.
class TlsClient final : public relay::Stream {
public:
    TlsClient(relay::Socket socket, int max_version, const std::string& alpn) : Stream(std::move(socket)), context_(SSL_CTX_new(TLS_client_method())) {
        SSL_CTX_set_max_proto_version(context_.get(), max_version);
        SSL_CTX_set_mode(context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), socket_.native_handle());
        SSL_set_connect_state(ssl_.get());
        char name[] = "HS.test";  // the macro for it holds an old-style cast
        SSL_ctrl(ssl_.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name);
        if (!alpn.empty()) {
            const std::string wire = static_cast<char>(alpn.size()) + alpn;
            SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(wire.data()), static_cast<unsigned>(wire.size()));
        }
    }
    relay::Task<bool> handshake() {
        for (;;) {
            const auto done = outcome(SSL_do_handshake(ssl_.get()));
            if (done.kind == relay::IoResult::Kind::Done) co_return true;
            if (done.kind != relay::IoResult::Kind::WantRead && done.kind != relay::IoResult::Kind::WantWrite) co_return false;
            const bool ready = co_await waitFor(done.kind);
            if (!ready) co_return false;
        }
    }
    relay::IoResult tryRead(char* data, std::size_t size) override { return outcome(SSL_read(ssl_.get(), data, static_cast<int>(size))); }
    relay::IoResult tryWrite(std::string_view bytes) override { return outcome(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()))); }
    void shutdownWrite() override { SSL_shutdown(ssl_.get()); }
    void askForNewKeys() { SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED); }

private:
    relay::IoResult outcome(int result) {
        using Kind = relay::IoResult::Kind;
        switch (SSL_get_error(ssl_.get(), result)) {
            case SSL_ERROR_NONE: return {Kind::Done, static_cast<std::size_t>(result)};
            case SSL_ERROR_WANT_READ: return {Kind::WantRead, 0};
            case SSL_ERROR_WANT_WRITE: return {Kind::WantWrite, 0};
            case SSL_ERROR_ZERO_RETURN: return {Kind::Eof, 0};
            default: return {};
        }
    }
    std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>> context_;
    std::unique_ptr<SSL, Deleter<SSL_free>> ssl_;
};

std::string noise(std::size_t size) {
    std::minstd_rand random(7);
    std::string out(size, '\0');
    for (char& c : out) c = static_cast<char>(random());
    return out;
}

}  // namespace

class TlsStreamTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(TlsStreamTest);
    CPPUNIT_TEST(bytesGoBothWaysAtOnce);
    CPPUNIT_TEST(keyUpdatesDoNotDisturb);
    CPPUNIT_TEST(versionsAndProtocols);
    CPPUNIT_TEST(rubbishFailsTheHandshake);
    CPPUNIT_TEST(closingEndsAWaitingRead);
    CPPUNIT_TEST(ticketsCanBeRotated);
    CPPUNIT_TEST_SUITE_END();

    const masthead::testing::TempDir folder_;
    testing::Loop loop_;
    std::unique_ptr<TlsContext> context_;

public:
    void setUp() override {
        const CertificatePaths paths{folder_.file("c"), folder_.file("k")};
        testing::writePair(paths, "hs.test");
        context_ = std::make_unique<TlsContext>(false);
        context_->use(*CertificateBundle::load(paths, 0, true));
    }

private:
    struct Ends {
        std::unique_ptr<TlsStream> server;
        std::unique_ptr<TlsClient> client;
        bool server_shaken = false;
        bool client_shaken = false;
    };

    Ends connect(int version = 0, const std::string& alpn = "http/1.1") {
        auto [left, right] = loop_.sockets();
        Ends ends{std::make_unique<TlsStream>(std::move(left), *context_), std::make_unique<TlsClient>(std::move(right), version, alpn)};
        const auto serve = [](Ends& both) -> relay::Task<void> {
            both.server_shaken = co_await both.server->handshake();
            if (!both.server_shaken) both.server->close();
        };
        const auto join = [](Ends& both) -> relay::Task<void> { both.client_shaken = co_await both.client->handshake(); };
        loop_.start(serve(ends));
        loop_.start(join(ends));
        loop_.run();
        return ends;
    }

    static relay::Task<void> sendAll(relay::Stream& stream, const std::string& data) {
        const bool sent = co_await relay::writeAll(stream, data);
        CPPUNIT_ASSERT(sent);
        stream.shutdownWrite();
    }
    static relay::Task<void> expectAll(relay::Stream& stream, const std::string& data) {
        const auto got = co_await testing::readExactly(stream, data.size());
        CPPUNIT_ASSERT(got == data);
    }

    void bytesGoBothWaysAtOnce() {
        auto ends = connect();
        CPPUNIT_ASSERT(ends.server_shaken && ends.client_shaken);
        CPPUNIT_ASSERT_EQUAL(std::string("hs.test"), ends.server->serverName());
        const auto up = noise(3 << 20);
        const auto down = noise(5 << 20);
        loop_.start(sendAll(*ends.server, down));
        loop_.start(sendAll(*ends.client, up));
        loop_.start(expectAll(*ends.server, up));
        loop_.start(expectAll(*ends.client, down));
        loop_.run();
    }

    static relay::Task<void> sendWithKeyUpdates(TlsClient& client, const std::string& data) {
        for (int i = 0; i < 50; ++i) {
            client.askForNewKeys();
            const bool sent = co_await relay::writeAll(client, data);
            CPPUNIT_ASSERT(sent);
        }
    }

    void keyUpdatesDoNotDisturb() {
        auto ends = connect();
        const auto piece = noise(1000);
        std::string all;
        for (int i = 0; i < 50; ++i) all += piece;
        loop_.start(sendWithKeyUpdates(*ends.client, piece));
        loop_.start(expectAll(*ends.server, all));
        const std::string answer = "answer";  // the tasks keep a reference
        loop_.start(sendAll(*ends.server, answer));
        loop_.start(expectAll(*ends.client, answer));
        loop_.run();
    }

    void versionsAndProtocols() {
        CPPUNIT_ASSERT(connect(TLS1_2_VERSION).server_shaken);
        CPPUNIT_ASSERT(connect(TLS1_2_VERSION, "").server_shaken);
        CPPUNIT_ASSERT(!connect(TLS1_1_VERSION).server_shaken);
        CPPUNIT_ASSERT(!connect(0, "h2").server_shaken);
        const CertificatePaths paths{folder_.file("c"), folder_.file("k")};
        context_ = std::make_unique<TlsContext>(true);
        context_->use(*CertificateBundle::load(paths, 0, true));
        CPPUNIT_ASSERT(!connect(TLS1_2_VERSION).server_shaken);
        CPPUNIT_ASSERT(connect().server_shaken);
    }

    static relay::Task<void> refuse(TlsStream& server) {
        const bool shaken = co_await server.handshake();
        CPPUNIT_ASSERT(!shaken);
        server.close();
    }

    void rubbishFailsTheHandshake() {
        for (const std::string rubbish : {"GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x00\x02xx", "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n"}) {
            auto [left, right] = loop_.sockets();
            TlsStream server(std::move(left), *context_);
            relay::Stream client(std::move(right));
            loop_.start(refuse(server));
            loop_.start(sendAll(client, rubbish));
            loop_.run();
        }
    }

    static relay::Task<void> readEnds(relay::Stream& stream) {
        char byte = 0;
        const auto got = co_await relay::readSome(stream, &byte, 1);
        CPPUNIT_ASSERT(got.kind == relay::IoResult::Kind::Failed);
    }
    static relay::Task<void> closeNow(relay::Stream& stream) {
        stream.close();
        co_return;
    }

    void closingEndsAWaitingRead() {
        auto ends = connect();
        loop_.start(readEnds(*ends.server));
        loop_.start(closeNow(*ends.server));
        loop_.run();
        CPPUNIT_ASSERT(ends.server->tryWrite("x").kind == relay::IoResult::Kind::Failed);
    }

    void ticketsCanBeRotated() {
        context_->rotateTickets();
        CPPUNIT_ASSERT(connect().server_shaken);
        context_->rotateTickets();
        CPPUNIT_ASSERT(connect(TLS1_2_VERSION).server_shaken);
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TlsStreamTest);

}  // namespace masthead::edge::tls
