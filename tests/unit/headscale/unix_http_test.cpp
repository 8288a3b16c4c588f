#include "host/headscale/rest/unix_http.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <thread>

#include "host/base/unique_fd.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/unit/headscale/code_traits.hpp"

namespace masthead::headscale {

class UnixHttpTest : public CppUnit::TestFixture {
    CPPUNIT_TEST_SUITE(UnixHttpTest);
    CPPUNIT_TEST(requestIsWellFormed);
    CPPUNIT_TEST(bodiesOfAllFramingsAreRead);
    CPPUNIT_TEST(truncatedAnswersAreUnavailable);
    CPPUNIT_TEST(foreignProtocolsAreUnimplemented);
    CPPUNIT_TEST(largeBodyArrivesWhole);
    CPPUNIT_TEST(oversizedHeadsAreRefused);
    CPPUNIT_TEST(tooLongSocketPathIsNamed);
    CPPUNIT_TEST(segmentsAreEncoded);
    CPPUNIT_TEST_SUITE_END();

    /// Listens, answers one connection with `answer` after having read a whole request head, and remembers that head.
    class OneAnswer {
    public:
        OneAnswer(std::string path, std::string answer) : answer_(std::move(answer)) {
            sockaddr_un address{};
            address.sun_family = AF_UNIX;
            path.copy(address.sun_path, sizeof address.sun_path - 1);
            listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
            CPPUNIT_ASSERT_EQUAL(0, ::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
            CPPUNIT_ASSERT_EQUAL(0, ::listen(listener_.get(), 1));
            thread_ = std::thread([this] { serve(); });
        }
        ~OneAnswer() { join(); }
        std::string request() {
            join();
            return request_;
        }

    private:
        void join() {
            if (thread_.joinable()) thread_.join();
        }
        void serve() {
            const UniqueFd peer(::accept(listener_.get(), nullptr, nullptr));
            char buffer[65536];
            while (request_.find("\r\n\r\n") == std::string::npos) {
                const ssize_t got = ::recv(peer.get(), buffer, sizeof buffer, 0);
                if (got <= 0) break;
                request_.append(buffer, static_cast<std::size_t>(got));
            }
            std::string_view left = answer_;
            while (!left.empty()) {
                const ssize_t sent = ::send(peer.get(), left.data(), left.size(), MSG_NOSIGNAL);
                if (sent <= 0) return;
                left.remove_prefix(static_cast<std::size_t>(sent));
            }
        }

        UniqueFd listener_;
        std::string answer_;
        std::string request_;
        std::thread thread_;
    };

    testing::TempDir folder_;
    int sockets_ = 0;

    Result<HttpAnswer> answeredWith(const std::string& bytes) {
        const std::string path = folder_.file(std::to_string(++sockets_));
        OneAnswer server(path, bytes);
        return exchange(path, {"GET", "/api/v1/node", ""}, 10000);
    }

    void requestIsWellFormed() {
        const std::string path = folder_.file("s");
        OneAnswer server(path, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
        const auto answer = exchange(path, {"POST", "/api/v1/x", "{\"a\":1}"}, 10000);
        CPPUNIT_ASSERT(answer.ok());
        const std::string request = server.request();
        CPPUNIT_ASSERT_EQUAL(std::size_t{0}, request.find("POST /api/v1/x HTTP/1.1\r\nHost: headscale\r\n"));
        CPPUNIT_ASSERT(request.find("\r\nContent-Length: 7\r\n") != std::string::npos);
        CPPUNIT_ASSERT(request.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
    }

    void bodiesOfAllFramingsAreRead() {
        for (const char* bytes : {"HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
                                  "HTTP/1.1 404 Not Found\r\n\r\nhello"}) {
            const auto answer = answeredWith(bytes);
            CPPUNIT_ASSERT_MESSAGE(bytes, answer.ok());
            CPPUNIT_ASSERT_EQUAL(404, answer->status);
            CPPUNIT_ASSERT_EQUAL(std::string("hello"), answer->body);
        }
    }

    void truncatedAnswersAreUnavailable() {
        for (const char* bytes : {"", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello",
                                  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel"}) {
            const auto answer = answeredWith(bytes);
            CPPUNIT_ASSERT_MESSAGE(bytes, !answer.ok());
            CPPUNIT_ASSERT_EQUAL_MESSAGE(bytes, Code::Unavailable, answer.error().code);
        }
    }

    void foreignProtocolsAreUnimplemented() {
        const std::string settings_frame("\0\0\6\4\0\0\0\0\0\0\5\0\0\x40\0", 15);
        for (const std::string& bytes : {settings_frame, std::string("SSH-2.0-x\r\n"), std::string("HTTP/1.1 2x0 OK\r\n\r\n"),
                                         std::string("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")}) {
            CPPUNIT_ASSERT_EQUAL(Code::Unimplemented, answeredWith(bytes).error().code);
        }
    }

    void largeBodyArrivesWhole() {
        const std::string body(std::size_t{9} << 20, 'x');
        const auto answer = answeredWith("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        CPPUNIT_ASSERT(answer.ok());
        CPPUNIT_ASSERT_EQUAL(body.size(), answer->body.size());
        CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted, answeredWith("HTTP/1.1 200 OK\r\nContent-Length: 70000000\r\n\r\nx").error().code);
    }

    void oversizedHeadsAreRefused() {
        CPPUNIT_ASSERT_EQUAL(Code::ResourceExhausted, answeredWith("HTTP/1.1 200 OK\r\nX: " + std::string(200000, 'y') + "\r\n\r\n").error().code);
    }

    void tooLongSocketPathIsNamed() {
        const auto answer = exchange("/" + std::string(120, 'p'), {"GET", "/", ""}, 100);
        CPPUNIT_ASSERT_EQUAL(Code::InvalidArgument, answer.error().code);
        CPPUNIT_ASSERT(answer.error().message.find("107") != std::string::npos);
    }

    void segmentsAreEncoded() {
        CPPUNIT_ASSERT_EQUAL(std::string("a-b_c.d~9"), encodeSegment("a-b_c.d~9"));
        CPPUNIT_ASSERT_EQUAL(std::string("a%2Fb%3Fc%20%C3%BC%2A"), encodeSegment("a/b?c ü*"));
    }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UnixHttpTest);

}  // namespace masthead::headscale
