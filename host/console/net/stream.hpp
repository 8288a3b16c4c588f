// Stream: one outgoing connection with a deadline over everything, plain or TLS, to an address the policy allows.
//
// Not thread-safe; closes itself. TLS is 1.2 or later, the certificate and its name are always verified. Every call gives up
// at the deadline (Code::Deadline) or soon after a stop is asked for (Code::Cancelled). Nothing is logged here.
#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::console::net {

struct Target {
    std::string host;  // a name or an address, without brackets
    std::uint16_t port = 0;
    bool private_allowed = false;
    std::string ca_file = {};  // PEM; empty = the system's
    bool typed = true;         // an administrator typed the host: one that says itself that it is private may then be so
};

class Stream {
public:
    /// Resolves, checks each address, connects to the first that answers.
    static Result<std::unique_ptr<Stream>> connect(const Target& target, std::int64_t timeout_ms, std::stop_token stop);
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    /// From now on TLS. FailedPrecondition says why the other side is not trusted.
    Status startTls();
    bool secure() const;
    Status write(std::string_view bytes);
    /// At least one byte; empty text at the end of the stream.
    Result<std::string> read();
    /// The deadline from now on.
    void setTimeout(std::int64_t timeout_ms);

private:
    struct Impl;
    explicit Stream(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::console::net
