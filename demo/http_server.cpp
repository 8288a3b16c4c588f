#include "demo/http_server.hpp"

#include <sys/stat.h>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <ctime>
#include <optional>
#include <unordered_set>

#include "demo/rpc/grpc_server.hpp"
#include "host/base/file.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Protocol = asio::generic::stream_protocol;
using Socket = Protocol::socket;

namespace {

constexpr std::size_t kWorkers = 16;
constexpr std::uint64_t kBodyLimit = std::uint64_t{1} << 20;
constexpr std::uint32_t kHeadLimit = 32 * 1024;
constexpr std::size_t kEchoBuffer = 16 * 1024;

std::string httpDate() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char buffer[40];
    std::strftime(buffer, sizeof buffer, "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return buffer;
}

}  // namespace

const std::string& HttpRequest::header(std::string_view name) const {
    static const std::string kNone;
    for (const auto& [key, value] : headers) {
        if (equalsIgnoreCase(key, name)) return value;
    }
    return kNone;
}

std::string percentDecoded(std::string_view text) {
    const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : lowerAscii(c) >= 'a' && lowerAscii(c) <= 'f' ? lowerAscii(c) - 'a' + 10 : -1; };
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

std::vector<std::pair<std::string, std::string>> queryParts(std::string_view query) {
    std::vector<std::pair<std::string, std::string>> out;
    if (query.empty()) return out;
    for (const auto part : split(query, '&')) {
        std::string plain(part);
        for (char& c : plain) c = c == '+' ? ' ' : c;
        const auto equals = plain.find('=');
        out.emplace_back(percentDecoded(std::string_view(plain).substr(0, equals)),
                         equals == std::string::npos ? "" : percentDecoded(std::string_view(plain).substr(equals + 1)));
    }
    return out;
}

class HttpServer::Implementation : public std::enable_shared_from_this<HttpServer::Implementation> {
public:
    Implementation(asio::io_context& loop, HttpHandler handler) : loop_(loop), acceptor_(loop), handler_(std::move(handler)), workers_(kWorkers) {}

    class Session;
    class Tunnel;

    template <typename Endpoint>
    Status listen(const Endpoint& endpoint, const Protocol& protocol) {
        boost::system::error_code error;
        acceptor_.open(protocol, error);
        if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
        if (!error) acceptor_.bind(endpoint, error);
        if (!error) acceptor_.listen(4096, error);
        if (error) return Error{Code::Unavailable, error.message()};
        accept();
        return {};
    }
    void accept();
    void stop();

    asio::io_context& loop_;
    asio::basic_socket_acceptor<Protocol> acceptor_;
    HttpHandler handler_;
    asio::thread_pool workers_;
    std::unordered_set<Socket*> open_;  // loop thread only
    std::size_t tunnels_ = 0;
    bool stopping_ = false;
    std::string echo_ = std::string(kEchoBuffer, '\0');
};

// Sends back every byte until the peer closes. What the peer does not take yet waits in pending_, and reading pauses.
class HttpServer::Implementation::Tunnel : public std::enable_shared_from_this<Tunnel> {
public:
    Tunnel(std::shared_ptr<Implementation> server, Socket socket, std::string pending)
        : server_(std::move(server)), socket_(std::move(socket)), pending_(std::move(pending)) {
        server_->open_.insert(&socket_);
        ++server_->tunnels_;
        boost::system::error_code ignored;
        socket_.non_blocking(true, ignored);
    }
    ~Tunnel() {
        server_->open_.erase(&socket_);
        --server_->tunnels_;
    }
    void run() {
        if (pending_.empty()) awaitRead();
        else awaitWrite();
    }

private:
    void awaitRead() {
        socket_.async_wait(Socket::wait_read, [self = shared_from_this()](boost::system::error_code error) {
            if (!error) self->readSome();
        });
    }
    void readSome() {
        boost::system::error_code error;
        const std::size_t got = socket_.read_some(asio::buffer(server_->echo_), error);
        if (error == asio::error::would_block) return awaitRead();
        if (error || got == 0) return;
        writeSome(std::string_view(server_->echo_).substr(0, got));
    }
    void writeSome(std::string_view bytes) {
        boost::system::error_code error;
        const std::size_t sent = socket_.write_some(asio::buffer(bytes.data(), bytes.size()), error);
        if (error && error != asio::error::would_block) return;
        std::string rest(bytes.substr(error ? 0 : sent));
        pending_.swap(rest);
        run();
    }
    void awaitWrite() {
        socket_.async_wait(Socket::wait_write, [self = shared_from_this()](boost::system::error_code error) {
            if (error) return;
            const std::string bytes = std::move(self->pending_);
            self->writeSome(bytes);
        });
    }

    std::shared_ptr<Implementation> server_;
    Socket socket_;
    std::string pending_;
};

class HttpServer::Implementation::Session : public std::enable_shared_from_this<Session> {
public:
    Session(std::shared_ptr<Implementation> server, Socket socket) : server_(std::move(server)), socket_(std::move(socket)) {
        server_->open_.insert(&socket_);
        remote_ = peerName();
    }
    ~Session() { server_->open_.erase(&socket_); }

    void read() {
        parser_.emplace();
        parser_->body_limit(kBodyLimit);
        parser_->header_limit(kHeadLimit);
        http::async_read(socket_, buffer_, *parser_, [self = shared_from_this()](boost::system::error_code error, std::size_t) {
            self->onRead(error);
        });
    }

private:
    std::string peerName() {
        boost::system::error_code error;
        const auto endpoint = socket_.remote_endpoint(error);
        if (error || (endpoint.protocol().family() != AF_INET && endpoint.protocol().family() != AF_INET6)) return "@";
        asio::ip::tcp::endpoint tcp;
        std::memcpy(tcp.data(), endpoint.data(), endpoint.size());
        tcp.resize(endpoint.size());
        return tcp.address().to_string() + ":" + std::to_string(tcp.port());
    }

    void onRead(boost::system::error_code error) {
        const bool too_large = error == http::error::body_limit;
        if (error && !too_large) {
            if (error.category() != http::make_error_code(http::error::bad_method).category() || error == http::error::end_of_stream) return;
            return send({400, {{"Content-Type", "text/plain; charset=utf-8"}, {"Connection", "close"}}, "400 Bad Request"}, false);
        }
        const auto& message = parser_->get();
        auto request = std::make_shared<HttpRequest>();
        request->method = std::string(message.method_string());
        std::string target(message.target());
        const auto question = target.find('?');
        request->path = target.substr(0, question);
        if (question != std::string::npos) request->query = target.substr(question + 1);
        for (const auto& field : message) request->headers.emplace_back(field.name_string(), field.value());
        request->body = message.body();
        request->body_too_large = too_large;
        request->remote = remote_;
        head_ = request->method == "HEAD";
        const bool keep = message.keep_alive() && !too_large;
        asio::post(server_->workers_, [self = shared_from_this(), request, keep] {
            auto response = std::make_shared<HttpResponse>(self->server_->handler_(*request));
            asio::post(self->server_->loop_, [self, response, keep] { self->send(std::move(*response), keep); });
        });
    }

    void send(HttpResponse response, bool keep) {
        std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                           std::string(http::obsolete_reason(static_cast<http::status>(response.status))) + "\r\n";
        for (const auto& [name, value] : response.headers) head += name + ": " + value + "\r\n";
        head += "Date: " + httpDate() + "\r\n";
        if (!response.tunnel) head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
        if (!response.tunnel && !keep) head += "Connection: close\r\n";
        head += "\r\n";
        if (!head_ && !response.tunnel) head += response.body;
        out_ = std::move(head);
        asio::async_write(socket_, asio::buffer(out_),
                          [self = shared_from_this(), keep, tunnel = response.tunnel](boost::system::error_code error, std::size_t) {
                              if (error || self->server_->stopping_) return;
                              if (tunnel) return self->becomeTunnel();
                              if (keep) return self->read();
                              boost::system::error_code ignored;
                              self->socket_.shutdown(Socket::shutdown_both, ignored);
                          });
    }

    void becomeTunnel() {
        const std::string early = beast::buffers_to_string(buffer_.data());
        server_->open_.erase(&socket_);
        std::make_shared<Tunnel>(server_, std::move(socket_), early)->run();
    }

    std::shared_ptr<Implementation> server_;
    Socket socket_;
    std::string remote_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    std::string out_;
    bool head_ = false;
};

void HttpServer::Implementation::accept() {
    acceptor_.async_accept([self = shared_from_this()](boost::system::error_code error, Socket socket) {
        if (self->stopping_) return;
        if (!error) std::make_shared<Session>(self, std::move(socket))->read();
        self->accept();
    });
}

void HttpServer::Implementation::stop() {
    stopping_ = true;
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (Socket* socket : open_) socket->close(ignored);
}

HttpServer::HttpServer(asio::io_context& loop, HttpHandler handler)
    : implementation_(std::make_shared<Implementation>(loop, std::move(handler))) {}

HttpServer::~HttpServer() {
    implementation_->workers_.stop();
    implementation_->workers_.join();
}

Status HttpServer::listenTcp(const std::string& address) {
    const auto colon = address.rfind(':');
    std::string host = address.substr(0, colon == std::string::npos ? 0 : colon);
    if (host.size() > 1 && host.front() == '[') host = host.substr(1, host.size() - 2);
    const auto port = colon == std::string::npos ? std::nullopt : parseUnsigned<std::uint16_t>(std::string_view(address).substr(colon + 1));
    boost::system::error_code error;
    const auto ip = host.empty() ? asio::ip::address(asio::ip::address_v4::any()) : asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (!port || error) return Error{Code::InvalidArgument, "binding to TCP address: listen tcp: address " + address + ": cannot be used"};
    const asio::ip::tcp::endpoint endpoint(ip, *port);
    auto listening = implementation_->listen(Protocol::endpoint(endpoint), endpoint.protocol());
    if (listening) return {};
    return Error{Code::Unavailable, "binding to TCP address: listen tcp " + address + ": bind: " + lowerAscii(listening.error().message)};
}

Status HttpServer::listenUnix(const std::string& path, unsigned mode) {
    if (auto prepared = prepareSocketPath(path); !prepared) return prepared;
    const asio::local::stream_protocol::endpoint endpoint(path);
    auto listening = implementation_->listen(Protocol::endpoint(endpoint), Protocol(AF_UNIX, 0));
    if (!listening) return std::move(listening).error().within("setting up socket " + path);
    if (::chmod(path.c_str(), mode) != 0) return systemError("changing socket permission of " + path, errno);
    return {};
}

void HttpServer::stop() { implementation_->stop(); }
std::size_t HttpServer::tunnels() const { return implementation_->tunnels_; }

}  // namespace masthead::demo
