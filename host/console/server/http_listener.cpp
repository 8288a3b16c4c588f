#include "host/console/server/http_listener.hpp"

#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerParams.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/ThreadPool.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/console/server/http_exchange.hpp"

namespace masthead::console::server {
namespace {

namespace net = Poco::Net;

class Handler final : public net::HTTPRequestHandler {
public:
    Handler(Funnel& funnel, Door door) : funnel_(funnel), door_(door) {}

    void handleRequest(net::HTTPServerRequest& request, net::HTTPServerResponse& response) override {
        // Poco answers only its own exceptions; with any other the connection would just end.
        try {
            exchange(funnel_, door_, request, response);
        } catch (const Poco::Exception& exception) {
            response.setKeepAlive(false);
            log::debug("a connection ended early", {{"cause", exception.displayText()}});
        } catch (const std::exception& exception) {
            response.setKeepAlive(false);
            log::error("a request failed outside of its handler", {{"cause", exception.what()}});
        }
    }

private:
    Funnel& funnel_;
    Door door_;
};

class Factory final : public net::HTTPRequestHandlerFactory {
public:
    Factory(Funnel& funnel, Door door) : funnel_(funnel), door_(door) {}
    net::HTTPRequestHandler* createRequestHandler(const net::HTTPServerRequest&) override { return new Handler(funnel_, door_); }

private:
    Funnel& funnel_;
    Door door_;
};

class PeerFilter final : public net::TCPServerConnectionFilter {
public:
    explicit PeerFilter(std::function<bool(pid_t, uid_t)> accept) : accept_(std::move(accept)) {}

    bool accept(const net::StreamSocket& socket) override {
        ucred peer{};
        socklen_t size = sizeof peer;
        const bool known = ::getsockopt(socket.impl()->sockfd(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
        if (known && accept_(peer.pid, peer.uid)) return true;
        log::warning("refused a connection from a process that has no business here", {{"pid", std::to_string(peer.pid)}, {"uid", std::to_string(peer.uid)}});
        return false;
    }

private:
    std::function<bool(pid_t, uid_t)> accept_;
};

net::HTTPServerParams::Ptr parameters(int threads) {
    net::HTTPServerParams::Ptr params = new net::HTTPServerParams;
    params->setMaxThreads(threads);
    params->setMaxQueued(256);
    // Poco wakes its idle threads once at stop; one that was about to wait then sleeps for the whole idle time.
    params->setThreadIdleTime(Poco::Timespan(0, 200 * Poco::Timespan::MILLISECONDS));
    params->setTimeout(Poco::Timespan(30, 0));
    params->setKeepAlive(true);
    params->setMaxKeepAliveRequests(0);
    // Longer than edge keeps an idle connection, so that edge is the one that closes and never writes into a closed one.
    params->setKeepAliveTimeout(Poco::Timespan(90, 0));
    return params;
}

}  // namespace

struct HttpListener::Impl {
    std::string path;
    std::unique_ptr<Poco::ThreadPool> pool;
    std::unique_ptr<net::HTTPServer> server;
    bool stopped = false;
};

HttpListener::HttpListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpListener::~HttpListener() { stop(); }

Result<std::unique_ptr<HttpListener>> HttpListener::start(Funnel& funnel, ListenerSettings settings) {
    auto impl = std::make_unique<Impl>();
    impl->path = settings.path;
    ::unlink(settings.path.c_str());
    try {
        const mode_t before = ::umask(0177);
        net::ServerSocket socket;
        try {
            socket.bind(net::SocketAddress(net::SocketAddress::UNIX_LOCAL, settings.path), false);
        } catch (...) {
            ::umask(before);
            throw;
        }
        ::umask(before);
        socket.listen(128);
        impl->pool = std::make_unique<Poco::ThreadPool>("http", 2, settings.threads, 60);
        net::HTTPRequestHandlerFactory::Ptr factory = new Factory(funnel, settings.door);
        impl->server = std::make_unique<net::HTTPServer>(factory, *impl->pool, socket, parameters(settings.threads));
        impl->server->setConnectionFilter(new PeerFilter(settings.accept));
        impl->server->start();
    } catch (const Poco::Exception& exception) {
        return Error{Code::Unavailable, "listening on " + settings.path + ": " + exception.displayText()};
    }
    return std::unique_ptr<HttpListener>(new HttpListener(std::move(impl)));
}

void HttpListener::stopAccepting() {
    if (!impl_->stopped) impl_->server->stop();
}

void HttpListener::stop() {
    if (std::exchange(impl_->stopped, true)) return;
    impl_->server->stopAll(true);
    ::unlink(impl_->path.c_str());
}

}  // namespace masthead::console::server
