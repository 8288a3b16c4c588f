#include "host/edge/tls/context.hpp"

#include <stdexcept>
#include <string_view>

#include "host/base/random.hpp"

namespace masthead::edge::tls {

namespace {

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kGroups = "X25519:P-256:P-384";

/// http/1.1 or no ALPN at all; a client that offers only other protocols is refused.
int selectAlpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size, void*) {
    static constexpr std::string_view kWanted = "http/1.1";
    for (unsigned at = 0; at < in_size;) {
        const unsigned size = in[at];
        if (size == kWanted.size() && at + 1 + size <= in_size) {
            const std::string offered(in + at + 1, in + at + 1 + size);
            if (offered == kWanted) {
                *out = in + at + 1;
                *out_size = static_cast<unsigned char>(size);
                return SSL_TLSEXT_ERR_OK;
            }
        }
        at += 1 + size;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

TlsContext::TlsContext(bool modern) : context_(SSL_CTX_new(TLS_server_method())) {
    SSL_CTX* const context = context_.get();
    if (!context) throw std::runtime_error("SSL_CTX_new: " + takeOpenSslError());
    const bool settled = SSL_CTX_set_min_proto_version(context, modern ? TLS1_3_VERSION : TLS1_2_VERSION) == 1 &&
                         SSL_CTX_set_cipher_list(context, kCiphers) == 1 && SSL_CTX_set1_groups_list(context, kGroups) == 1;
    if (!settled) throw std::runtime_error("TLS settings: " + takeOpenSslError());
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_alpn_select_cb(context, selectAlpn, nullptr);
    SSL_CTX_set_cert_cb(context, &TlsContext::onCertificate, this);
}

int TlsContext::onCertificate(SSL* ssl, void* self) {
    const auto bundle = static_cast<TlsContext*>(self)->bundle_;
    return bundle && bundle->applyTo(ssl) ? 1 : 0;
}

TlsContext::SslPtr TlsContext::accept(int fd) {
    SslPtr ssl(SSL_new(context_.get()));
    if (!ssl || SSL_set_fd(ssl.get(), fd) != 1) return nullptr;
    SSL_set_accept_state(ssl.get());
    return ssl;
}

void TlsContext::rotateTickets() {
    const auto size = SSL_CTX_set_tlsext_ticket_keys(context_.get(), nullptr, 0);
    if (size <= 0) return;
    auto keys = randomBytes(static_cast<std::size_t>(size));
    SSL_CTX_set_tlsext_ticket_keys(context_.get(), keys.data(), size);
    OPENSSL_cleanse(keys.data(), keys.size());
}

}  // namespace masthead::edge::tls
