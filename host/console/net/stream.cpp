#include "host/console/net/stream.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "host/base/unique_fd.hpp"
#include "host/console/net/address_policy.hpp"
#include "host/console/net/resolve.hpp"

namespace masthead::console::net {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::int64_t kSliceMs = 100;  // how soon a stop is noticed

struct FreeContext {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
};

/// SSL_set_tlsext_host_name as a function: the macro casts in C's way.
bool sniSet(SSL* ssl, std::string host) {
    return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data()) == 1;
}

bool isAddress(const std::string& host) {
    in6_addr ignored{};
    return inet_pton(AF_INET, host.c_str(), &ignored) == 1 || inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

std::string opensslReason() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
    return reason == nullptr ? "the connection was closed" : reason;
}

Result<std::unique_ptr<SSL_CTX, FreeContext>> makeContext(const std::string& ca_file) {
    std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_client_method()));
    if (!context) return Error{Code::Internal, "TLS could not be set up", opensslReason()};
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                                       : SSL_CTX_load_verify_file(context.get(), ca_file.c_str());
    if (loaded != 1)
        return Error{Code::FailedPrecondition, "the CA file " + ca_file + " cannot be read as PEM certificates", opensslReason()};
    return context;
}

}  // namespace

struct Stream::Impl {
    Target target;
    UniqueFd fd;
    SteadyClock::time_point deadline;
    std::stop_token stop;
    std::unique_ptr<SSL_CTX, FreeContext> context;
    std::unique_ptr<SSL, FreeSsl> ssl;

    std::string name() const { return target.host + ":" + std::to_string(target.port); }

    Status await(short events) {
        for (;;) {
            if (stop.stop_requested()) return Error{Code::Cancelled, "stopping"};
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
            if (left <= 0) return Error{Code::Deadline, name() + " did not answer in time"};
            pollfd item{fd.get(), events, 0};
            const int ready = ::poll(&item, 1, static_cast<int>(std::min<std::int64_t>(left, kSliceMs)));
            if (ready > 0) return {};
            if (ready < 0 && errno != EINTR)
                return Error{Code::Unavailable, "waiting for " + name() + " failed", std::strerror(errno)};
        }
    }

    Status connectTo(const Address& address) {
        fd = UniqueFd(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!fd) return Error{Code::Unavailable, "no socket could be opened", std::strerror(errno)};
        if (::connect(fd.get(), &address.get(), address.size) == 0) return {};
        if (errno != EINPROGRESS) return Error{Code::Unavailable, name() + " cannot be reached: " + std::strerror(errno)};
        if (Status ready = await(POLLOUT); !ready) return ready;
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0) return Error{Code::Unavailable, name() + " cannot be reached: " + std::strerror(error)};
        return {};
    }

    /// Ok when the TLS call may be tried again.
    Status awaitTls(int result, const char* what) {
        switch (SSL_get_error(ssl.get(), result)) {
            case SSL_ERROR_WANT_READ: return await(POLLIN);
            case SSL_ERROR_WANT_WRITE: return await(POLLOUT);
            default: return Error{Code::Unavailable, std::string(what) + " " + name() + " failed: " + opensslReason()};
        }
    }

    Error handshakeError(const Error& error) const {
        const long verdict = SSL_get_verify_result(ssl.get());
        if (verdict == X509_V_OK) return error;
        return Error{Code::FailedPrecondition,
                     "the certificate of " + name() + " is not trusted: " + X509_verify_cert_error_string(verdict)};
    }
};

Stream::Stream(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Stream::~Stream() = default;

Result<std::unique_ptr<Stream>> Stream::connect(const Target& target, std::int64_t timeout_ms, std::stop_token stop) {
    auto addresses = resolve(target.host, target.port, timeout_ms, stop);
    if (!addresses) return std::move(addresses).error();
    auto impl = std::make_unique<Impl>();
    impl->target = target;
    impl->stop = std::move(stop);
    impl->deadline = SteadyClock::now() + std::chrono::milliseconds(timeout_ms);
    const bool private_allowed = target.private_allowed || (target.typed && typedPrivate(target.host));
    // One address that is refused refuses all: a name that mixes them is no mistake.
    for (const auto& address : *addresses) {
        if (Status allowed = checkAddress(address.get(), target.host, private_allowed); !allowed)
            return std::move(allowed).error();
    }
    Status status = Error{Code::Unavailable, "no address"};
    for (const auto& address : *addresses) {
        status = impl->connectTo(address);
        if (status) return std::unique_ptr<Stream>(new Stream(std::move(impl)));
        if (status.error().code == Code::Cancelled) break;
    }
    return std::move(status).error();
}

Status Stream::startTls() {
    Impl& self = *impl_;
    auto context = makeContext(self.target.ca_file);
    if (!context) return std::move(context).error();
    self.context = std::move(*context);
    self.ssl.reset(SSL_new(self.context.get()));
    if (!self.ssl) return Error{Code::Internal, "TLS could not be set up", opensslReason()};
    SSL_set_fd(self.ssl.get(), self.fd.get());
    X509_VERIFY_PARAM* parameters = SSL_get0_param(self.ssl.get());
    X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const std::string& host = self.target.host;
    const bool named = isAddress(host) ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str()) == 1
                                       : SSL_set1_host(self.ssl.get(), host.c_str()) == 1 && sniSet(self.ssl.get(), host);
    if (!named) return Error{Code::Internal, "the name " + host + " cannot be verified", opensslReason()};
    for (;;) {
        ERR_clear_error();
        const int result = SSL_connect(self.ssl.get());
        if (result == 1) return {};
        if (Status again = self.awaitTls(result, "the TLS handshake with"); !again) return self.handshakeError(again.error());
    }
}

bool Stream::secure() const { return impl_->ssl != nullptr; }

void Stream::setTimeout(std::int64_t timeout_ms) { impl_->deadline = SteadyClock::now() + std::chrono::milliseconds(timeout_ms); }

Status Stream::write(std::string_view bytes) {
    Impl& self = *impl_;
    while (!bytes.empty()) {
        if (self.ssl) {
            std::size_t written = 0;
            ERR_clear_error();
            const int result = SSL_write_ex(self.ssl.get(), bytes.data(), bytes.size(), &written);
            if (result == 1)
                bytes.remove_prefix(written);
            else if (Status again = self.awaitTls(0, "writing to"); !again)
                return again;
            continue;
        }
        const ssize_t written = ::send(self.fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written > 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno == EAGAIN || errno == EINTR) {
            if (Status ready = self.await(POLLOUT); !ready) return ready;
        } else {
            return Error{Code::Unavailable, "writing to " + self.name() + " failed: " + std::strerror(errno)};
        }
    }
    return {};
}

Result<std::string> Stream::read() {
    Impl& self = *impl_;
    char buffer[4096];
    for (;;) {
        if (self.ssl) {
            std::size_t got = 0;
            ERR_clear_error();
            const int result = SSL_read_ex(self.ssl.get(), buffer, sizeof buffer, &got);
            if (result == 1) return std::string(buffer, got);
            if (SSL_get_error(self.ssl.get(), 0) == SSL_ERROR_ZERO_RETURN) return std::string();
            if (Status again = self.awaitTls(0, "reading from"); !again) return std::move(again).error();
            continue;
        }
        const ssize_t got = ::recv(self.fd.get(), buffer, sizeof buffer, 0);
        if (got >= 0) return std::string(buffer, static_cast<std::size_t>(got));
        if (errno != EAGAIN && errno != EINTR)
            return Error{Code::Unavailable, "reading from " + self.name() + " failed: " + std::strerror(errno)};
        if (Status ready = self.await(POLLIN); !ready) return std::move(ready).error();
    }
}

}  // namespace masthead::console::net
