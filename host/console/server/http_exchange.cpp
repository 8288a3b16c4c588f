#include "host/console/server/http_exchange.hpp"

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/socket.h>

#include <istream>
#include <optional>
#include <ostream>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/console/http/response_headers.hpp"

namespace masthead::console::server {
namespace {

namespace net = Poco::Net;

/// More than edge ever sends. Closing on unread bytes would reset the connection and lose the answer on its way.
constexpr std::size_t kMaxDrain = std::size_t{4} << 20;

/// The length of the body: none is 0. Anything but one plain Content-Length is refused, since Poco would read such a body
/// until the connection ends, or twice.
Result<std::uint64_t> bodyLength(const net::HTTPServerRequest& from) {
    if (from.has("Transfer-Encoding")) return Error{Code::InvalidArgument, "Transfer-Encoding is not accepted here"};
    std::optional<std::uint64_t> length;
    for (const auto& [name, value] : from) {
        if (!equalsIgnoreCase(name, "Content-Length")) continue;
        const auto parsed = parseUnsigned<std::uint64_t>(value);
        if (!parsed || length) return Error{Code::InvalidArgument, "one decimal Content-Length is needed"};
        length = parsed;
    }
    return length.value_or(0);
}

/// False when a header that must be single came twice.
bool copyHeaders(const net::HTTPServerRequest& from, Request& to) {
    for (const auto& [name, value] : from) {
        const auto [at, fresh] = to.headers.emplace(lowerAscii(name), value);
        if (fresh) continue;
        if (at->first != "cookie") return false;
        at->second += "; " + value;
    }
    return true;
}

void takeEdgeHeaders(Request& request, Door door) {
    const auto take = [&](const char* name) {
        const auto found = request.headers.extract(name);
        return found ? found.mapped() : std::string();
    };
    request.id = take("x-masthead-request-id");
    request.client = take("x-masthead-client");
    request.host = take("x-masthead-host");
    request.scheme = take("x-masthead-scheme");
    if (door == Door::CommandLine) request.client = "local";
}

class PocoSink final : public StreamSink {
public:
    PocoSink(std::ostream& out, net::StreamSocket socket) : out_(out), socket_(std::move(socket)) {}

    bool write(std::string_view bytes) override {
        out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out_.flush();
        return out_.good();
    }
    bool alive() override {
        if (!out_.good()) return false;
        // Edge sends nothing while an answer runs, so readable means closed.
        char byte = 0;
        const ssize_t got = ::recv(socket_.impl()->sockfd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
    }

private:
    std::ostream& out_;
    net::StreamSocket socket_;
};

void send(const Response& response, const Request& request, net::HTTPServerRequest& from, net::HTTPServerResponse& to) {
    to.setStatus(static_cast<net::HTTPResponse::HTTPStatus>(response.status));
    to.setReason(net::HTTPResponse::getReasonForStatus(to.getStatus()));
    if (!response.content_type.empty()) to.setContentType(response.content_type);
    for (const auto& [name, value] : response.headers) to.add(name, value);
    if (response.stream) {
        to.setChunkedTransferEncoding(true);
        to.setKeepAlive(false);
        std::ostream& out = to.send();
        PocoSink sink(out, static_cast<net::HTTPServerRequestImpl&>(from).socket());
        response.stream(sink);
        return;
    }
    const bool bodiless = response.status == 204 || response.status == 304;
    if (!bodiless) to.setContentLength64(static_cast<Poco::Int64>(response.body.size()));
    std::ostream& out = to.send();
    if (!bodiless && request.method != "HEAD") out.write(response.body.data(), static_cast<std::streamsize>(response.body.size()));
    out.flush();
}

}  // namespace

void exchange(Funnel& funnel, Door door, net::HTTPServerRequest& from, net::HTTPServerResponse& to) {
    Request request;
    request.method = from.getMethod();
    const std::string target = from.getURI();
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    const std::string query = question == std::string::npos ? "" : target.substr(question + 1);
    const bool single = copyHeaders(from, request);
    takeEdgeHeaders(request, door);

    const auto length = bodyLength(from);
    if (!single || !length) {
        to.setKeepAlive(false);
        Response response = problem(400, "invalid_argument", "Bad request", single ? length.error().message : "a header was sent twice", request.id);
        finishHeaders(response, request.id);
        send(response, request, from, to);
        return;
    }
    std::uint64_t unread = *length;
    const BodyReader read_body = [&](std::size_t limit) -> Result<std::string> {
        if (unread > limit) return Error{Code::ResourceExhausted, "The body has " + std::to_string(unread) + " bytes; the limit here is " + std::to_string(limit) + "."};
        std::string body(static_cast<std::size_t>(unread), '\0');
        if (unread == 0) return body;
        from.stream().read(body.data(), static_cast<std::streamsize>(body.size()));
        const auto got = static_cast<std::uint64_t>(from.stream().gcount());
        unread -= got;
        if (unread > 0) return Error{Code::InvalidArgument, "The body ended early."};
        return body;
    };
    const Response response = funnel.handle(request, query, door, read_body);

    // A body nobody read would be taken for the next request.
    if (unread > 0 && unread <= kMaxDrain) {
        from.stream().ignore(static_cast<std::streamsize>(unread));
        unread -= static_cast<std::uint64_t>(from.stream().gcount());
    }
    if (unread > 0 || funnel.draining()) to.setKeepAlive(false);
    send(response, request, from, to);
}

}  // namespace masthead::console::server
