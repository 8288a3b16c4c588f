// The server side of TLS on a non-blocking socket, directly on OpenSSL: about what a relay needs and no more.
//
// One thread. Reading and writing may be awaited at the same time by two coroutines. After a fatal error every call fails.
#pragma once

#include <string>

#include "host/edge/relay/stream.hpp"
#include "host/edge/tls/context.hpp"

namespace masthead::edge::tls {

class TlsStream final : public relay::Stream {
public:
    TlsStream(relay::Socket socket, TlsContext& context);

    /// False when the handshake failed or the stream was closed meanwhile.
    relay::Task<bool> handshake();
    /// The name the client asked for, lower case; empty without SNI.
    std::string serverName() const;

    relay::IoResult tryRead(char* data, std::size_t size) override;
    relay::IoResult tryWrite(std::string_view bytes) override;
    void shutdownWrite() override;

private:
    relay::IoResult outcome(int result);

    TlsContext::SslPtr ssl_;
    bool broken_ = false;
};

}  // namespace masthead::edge::tls
