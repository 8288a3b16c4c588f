#include "host/headscale/releases/http.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/RejectCertificateHandler.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SSLManager.h>
#include <Poco/URI.h>
#include <openssl/ssl.h>

#include <array>
#include <istream>
#include <memory>

#include "host/base/text.hpp"
#include "host/config/values.hpp"

namespace masthead::headscale::releases {
namespace {

constexpr int kMaxRedirects = 5;
constexpr long kConnectSeconds = 10;
constexpr long kTimeoutSeconds = 30;

Poco::Net::Context::Ptr strictContext() {
    static const Poco::Net::Context::Ptr context = [] {
        // Poco's default client context may ask a person on the console about a bad certificate.
        Poco::Net::Context::Ptr made =
            new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", Poco::Net::Context::VERIFY_STRICT, 9, true);
        made->requireMinimumProtocol(Poco::Net::Context::PROTO_TLSV1_2);
        ::SSL_CTX_set_options(made->sslContext(), SSL_OP_IGNORE_UNEXPECTED_EOF);
        Poco::Net::SSLManager::instance().initializeClient(nullptr, new Poco::Net::RejectCertificateHandler(false), made);
        return made;
    }();
    return context;
}

std::unique_ptr<Poco::Net::HTTPClientSession> connect(const Poco::URI& uri) {
    std::unique_ptr<Poco::Net::HTTPClientSession> session;
    if (uri.getScheme() == "https") {
        session = std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(), strictContext());
    } else {
        session = std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort());
    }
    session->setTimeout(Poco::Timespan(kConnectSeconds, 0), Poco::Timespan(kTimeoutSeconds, 0),
                        Poco::Timespan(kTimeoutSeconds, 0));
    session->setKeepAlive(false);
    return session;
}

/// "bytes 100-199/200"
bool readContentRange(const std::string& text, Download& out) {
    const auto dash = text.find('-');
    const auto slash = text.find('/');
    if (text.rfind("bytes ", 0) != 0 || dash == std::string::npos || slash == std::string::npos || slash < dash) return false;
    const auto first = parseUnsigned<std::uint64_t>(std::string_view(text).substr(6, dash - 6));
    const auto total = parseUnsigned<std::uint64_t>(std::string_view(text).substr(slash + 1));
    if (!first || !total) return false;
    out.offset = *first;
    out.total = *total;
    return true;
}

Result<Download> readBody(const Poco::Net::HTTPResponse& response, std::istream& body, const OnStart& on_start,
                          const OnBytes& on_bytes) {
    Download out;
    out.status = response.getStatus();
    const bool sized = response.hasContentLength();
    const std::uint64_t length = sized ? static_cast<std::uint64_t>(response.getContentLength64()) : 0;
    out.total = length;
    if (out.status == 206 && !readContentRange(response.get("Content-Range", ""), out)) {
        return Error{Code::FailedPrecondition, "the server answered 206 without a usable Content-Range"};
    }
    if (!on_start(out)) return Error{Code::Cancelled, "the answer was not wanted"};
    std::uint64_t received = 0;
    std::array<char, 65536> buffer{};
    try {
        while (body.good()) {
            body.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
            const auto got = static_cast<std::size_t>(body.gcount());
            received += got;
            if (got > 0 && !on_bytes(buffer.data(), got)) return Error{Code::Cancelled, "the download was stopped"};
        }
    } catch (const Poco::Exception&) {
        out.truncated = true;
    }
    if (sized && received < length) out.truncated = true;
    return out;
}

Result<Download> once(const Poco::URI& uri, std::uint64_t from, const OnStart& on_start, const OnBytes& on_bytes,
                      std::string& location) {
    const std::string host = uri.getHost() + ":" + std::to_string(uri.getPort());
    try {
        const auto session = connect(uri);
        Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_GET, uri.getPathEtc().empty() ? "/" : uri.getPathEtc(),
                                       Poco::Net::HTTPMessage::HTTP_1_1);
        request.set("User-Agent", "masthead");
        request.set("Accept-Encoding", "identity");
        if (from > 0) request.set("Range", "bytes=" + std::to_string(from) + "-");
        session->sendRequest(request);
        Poco::Net::HTTPResponse response;
        std::istream& body = session->receiveResponse(response);
        const int status = response.getStatus();
        if (status == 301 || status == 302 || status == 303 || status == 307 || status == 308) {
            location = response.get("Location", "");
            if (location.empty()) return Error{Code::FailedPrecondition, host + " redirects without saying where"};
            return Download{};
        }
        if (status == 200 || (status == 206 && from > 0)) return readBody(response, body, on_start, on_bytes);
        const Code code = status == 404 ? Code::NotFound : status == 416 ? Code::Conflict : Code::FailedPrecondition;
        return Error{code, host + " answered " + std::to_string(status) + " for " + uri.getPath()};
    } catch (const Poco::Net::SSLException& error) {
        return Error{Code::FailedPrecondition, "no trusted TLS connection to " + host + ": " + error.displayText()};
    } catch (const Poco::TimeoutException&) {
        return Error{Code::Unavailable, host + " does not answer (no connection within " + std::to_string(kConnectSeconds) +
                                            " s, or no byte within " + std::to_string(kTimeoutSeconds) + " s)"};
    } catch (const Poco::Net::HostNotFoundException&) {
        return Error{Code::Unavailable, "the host " + uri.getHost() + " cannot be found (DNS)"};
    } catch (const Poco::Exception& error) {
        return Error{Code::Unavailable, host + " cannot be reached: " + error.displayText()};
    }
}

}  // namespace

bool isLoopbackHttp(const std::string& url) {
    try {
        const Poco::URI uri(url);
        return uri.getScheme() == "http" && (uri.getHost() == "localhost" || config::isLoopback(uri.getHost()));
    } catch (const Poco::Exception&) {
        return false;
    }
}

Result<Download> download(const std::string& url, std::uint64_t from, const OnStart& on_start, const OnBytes& on_bytes) {
    try {
        Poco::URI uri(url);
        const bool http_allowed = isLoopbackHttp(url);
        for (int hop = 0; hop <= kMaxRedirects; ++hop) {
            if (uri.getScheme() != "https" && uri.getScheme() != "http")
                return Error{Code::FailedPrecondition, "a redirect leads to " + uri.getScheme() + ", which is not followed"};
            std::string location;
            auto answer = once(uri, from, on_start, on_bytes, location);
            if (!answer || location.empty()) return answer;
            const Poco::URI former = uri;
            uri.resolve(location);
            const bool safe = uri.getScheme() == "https" || (http_allowed && isLoopbackHttp(uri.toString()));
            if (!safe)
                return Error{Code::FailedPrecondition, former.getHost() + " redirects to " + uri.getScheme() + "://" +
                                                           uri.getHost() + ", and only https is followed"};
        }
        return Error{Code::FailedPrecondition, "more than " + std::to_string(kMaxRedirects) + " redirects from " + url};
    } catch (const Poco::Exception& error) {
        return Error{Code::InvalidArgument, "\"" + url + "\" is no usable URL: " + error.displayText()};
    }
}

}  // namespace masthead::headscale::releases
