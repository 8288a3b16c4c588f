// An HTTP/1.1 listener (TCP or unix socket) on one event loop, able to turn a connection into an echo tunnel.
//
// Requests are handed to a handler on a worker thread (it may block: disk, faults); everything else runs on the loop's
// thread. Ten thousand idle tunnels cost a socket and some hundred bytes each. Bodies up to 1 MiB, heads up to 32 KiB.
// The loop must outlive the server; stop() closes every connection.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "host/base/result.hpp"

namespace boost::asio {
class io_context;
}

namespace masthead::demo {

struct HttpRequest {
    std::string method;
    std::string path;   // as sent, without the query
    std::string query;  // as sent, without '?'
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    bool body_too_large = false;
    std::string remote;

    /// Empty when absent; names without regard to case.
    const std::string& header(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    bool tunnel = false;  // after a 101 the connection echoes
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

class HttpServer {
public:
    HttpServer(boost::asio::io_context& loop, HttpHandler handler);
    ~HttpServer();

    /// "host:port"; the message is headscale's.
    Status listenTcp(const std::string& address);
    Status listenUnix(const std::string& path, unsigned mode);
    /// Call on the loop's thread.
    void stop();
    std::size_t tunnels() const;

private:
    class Implementation;
    std::shared_ptr<Implementation> implementation_;
};

/// Percent-decoded; '+' stays. Malformed escapes stay as they are.
std::string percentDecoded(std::string_view text);
/// Decoded name and value of each part of a query; '+' becomes a space.
std::vector<std::pair<std::string, std::string>> queryParts(std::string_view query);

}  // namespace masthead::demo
