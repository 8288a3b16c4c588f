#include "host/edge/tls/stream.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <limits>

#include "host/base/text.hpp"

namespace masthead::edge::tls {

using relay::IoResult;

namespace {
int asInt(std::size_t size) { return static_cast<int>(std::min(size, static_cast<std::size_t>(std::numeric_limits<int>::max()))); }
}  // namespace

TlsStream::TlsStream(relay::Socket socket, TlsContext& context)
    : Stream(std::move(socket)), ssl_(context.accept(socket_.native_handle())), broken_(!ssl_) {}

IoResult TlsStream::outcome(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_NONE: return {IoResult::Kind::Done, static_cast<std::size_t>(result)};
        case SSL_ERROR_WANT_READ: return {IoResult::Kind::WantRead, 0};
        case SSL_ERROR_WANT_WRITE: return {IoResult::Kind::WantWrite, 0};
        case SSL_ERROR_ZERO_RETURN: return {IoResult::Kind::Eof, 0};
        default: break;
    }
    broken_ = true;
    ERR_clear_error();
    return {IoResult::Kind::Failed, 0};
}

relay::Task<bool> TlsStream::handshake() {
    while (open_ && !broken_) {
        ERR_clear_error();
        const auto result = outcome(SSL_do_handshake(ssl_.get()));
        if (result.kind == IoResult::Kind::Done) co_return true;
        if (result.kind != IoResult::Kind::WantRead && result.kind != IoResult::Kind::WantWrite) co_return false;
        const bool ready = co_await waitFor(result.kind);
        if (!ready) co_return false;
    }
    co_return false;
}

std::string TlsStream::serverName() const {
    const char* name = ssl_ ? SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name) : nullptr;
    return name ? lowerAscii(std::string_view(name)) : std::string();
}

IoResult TlsStream::tryRead(char* data, std::size_t size) {
    if (!open_ || broken_) return {};
    ERR_clear_error();
    return outcome(SSL_read(ssl_.get(), data, asInt(size)));
}

IoResult TlsStream::tryWrite(std::string_view bytes) {
    if (!open_ || broken_) return {};
    if (bytes.empty()) return {IoResult::Kind::Done, 0};
    ERR_clear_error();
    return outcome(SSL_write(ssl_.get(), bytes.data(), asInt(bytes.size())));
}

void TlsStream::shutdownWrite() {
    if (!open_) return;
    if (!broken_ && SSL_is_init_finished(ssl_.get())) {
        ERR_clear_error();
        SSL_shutdown(ssl_.get());
        ERR_clear_error();
    }
    Stream::shutdownWrite();
}

}  // namespace masthead::edge::tls
