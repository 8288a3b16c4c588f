// TLS settings of the listener and the certificate in force, swapped as a whole on reload.
//
// Each handshake copies the bundle that is current at that moment (certificate callback), so a reload never touches a live
// connection and a broken pair changes nothing. TLS 1.2 and 1.3 ("modern": 1.3 only), ALPN http/1.1, no renegotiation, no
// compression, no session cache; ticket keys change with rotateTickets(). Lives on the event loop.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "host/base/result.hpp"
#include "host/edge/tls/certificate.hpp"

namespace masthead::edge::tls {

class TlsContext {
public:
    explicit TlsContext(bool modern);
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    void use(std::shared_ptr<const CertificateBundle> bundle) { bundle_ = std::move(bundle); }
    const std::shared_ptr<const CertificateBundle>& current() const { return bundle_; }

    using SslPtr = std::unique_ptr<SSL, Deleter<SSL_free>>;
    /// A server-side connection on a non-blocking descriptor, which stays the caller's. Null when out of memory.
    SslPtr accept(int fd);
    void rotateTickets();

private:
    static int onCertificate(SSL* ssl, void* self);

    std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>> context_;
    std::shared_ptr<const CertificateBundle> bundle_;
};

}  // namespace masthead::edge::tls
