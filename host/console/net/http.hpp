// One POST to an outside receiver: verified TLS, no redirects, 10 s, at most 64 KiB of answer read. The parser is a pure
// function over bytes (fuzzed); post() is not thread-safe only in that each call has its own connection.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/result.hpp"
#include "host/console/net/url.hpp"

namespace masthead::console::net {

struct HttpPost {
    Url url;
    std::string content_type = "application/json";
    std::vector<std::pair<std::string, std::string>> headers = {};  // values without control characters, else refused
    std::string body;
    bool private_allowed = false;
    std::string ca_file = {};
};

struct HttpHead {
    int status = 0;
    std::optional<std::int64_t> retry_after_s;
    std::optional<std::size_t> length;
    std::size_t size = 0;  // bytes of the head
    std::string content_type = {};
    bool chunked = false;
};

struct HttpAnswer {
    int status = 0;
    std::optional<std::int64_t> retry_after_s;
    std::string excerpt;  // of a body with a plain length; for people, cut and cleaned
};

inline constexpr std::size_t kMaxAnswer = 64 * 1024;
inline constexpr std::int64_t kHttpTimeoutMs = 10000;

/// Nullopt while the head is not complete; InvalidArgument when it never will be one.
Result<std::optional<HttpHead>> parseHead(std::string_view bytes);
/// Method, Host, the given headers and the body as one request that closes the connection; InvalidArgument for a header with
/// control characters.
Result<std::string> requestText(const std::string& method, const HttpPost& request);
Result<HttpAnswer> post(const HttpPost& request, const std::stop_token& stop);

}  // namespace masthead::console::net
