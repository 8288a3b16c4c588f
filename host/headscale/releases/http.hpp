// A bounded HTTP(S) download for release files: strict certificates, at most 5 redirects, never from https down to http.
// Blocking; one call at a time per object. No proxy, no credentials.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "host/base/result.hpp"

namespace masthead::headscale::releases {

struct Download {
    int status = 0;            // 200 or 206
    std::uint64_t offset = 0;  // where the body starts in the whole file
    std::uint64_t total = 0;   // size of the whole file, 0 when the server does not tell
    bool truncated = false;    // the connection ended before the announced length
};

/// Receives the answer's place in the file once, before any byte; return false to stop.
using OnStart = std::function<bool(const Download&)>;
using OnBytes = std::function<bool(const char* data, std::size_t size)>;

/// Asks for the bytes from `from` on. Errors: Unavailable (unreachable, with the host's name), NotFound (404),
/// FailedPrecondition (other statuses, redirects, certificates), Cancelled (a callback returned false).
Result<Download> download(const std::string& url, std::uint64_t from, const OnStart& on_start, const OnBytes& on_bytes);

/// "http://" to a loopback address or "localhost".
bool isLoopbackHttp(const std::string& url);

}  // namespace masthead::headscale::releases
