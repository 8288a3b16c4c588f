// One request to a server whose answer is wanted whole: verified TLS, no redirects, one deadline over name, connection, request
// and answer, and a limit on its size. parseBody() is pure (fuzzed); fetch() may be called from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/result.hpp"
#include "host/console/net/http.hpp"

namespace masthead::console::net {

struct Fetch {
    Url url;
    std::string method = "GET";
    std::vector<std::pair<std::string, std::string>> headers = {};  // values without control characters, else refused
    std::string body = {};
    std::string content_type = {};
    bool private_allowed = false;
    bool typed = true;  // as in Target
    std::string ca_file = {};
    std::int64_t timeout_ms = 10000;
    std::size_t limit = std::size_t{1} << 20;  // bytes of the answer's body
};

struct Fetched {
    int status = 0;
    std::string content_type;
    std::string body;
};

/// The body behind `head`; nullopt while it is not complete, `ended` when no more will come. ResourceExhausted over the limit,
/// InvalidArgument when it never will be one.
Result<std::optional<std::string>> parseBody(const HttpHead& head, std::string_view rest, bool ended, std::size_t limit);
Result<Fetched> fetch(const Fetch& request, const std::stop_token& stop);

}  // namespace masthead::console::net
