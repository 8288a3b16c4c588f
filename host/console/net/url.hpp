// Addresses of receivers, https://host[:port]/path?query, taken apart strictly. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::console::net {

struct Url {
    bool tls = true;
    std::string host;  // a name in lower case, or an address without brackets
    std::uint16_t port = 443;
    std::string target = "/";  // path and query as they were
};

/// InvalidArgument: other schemes, user names and passwords, fragments, spaces, control and non-ASCII characters.
Result<Url> parseUrl(std::string_view text);
/// A host name or an address literal (without brackets).
bool validHost(std::string_view host);
/// "example.org", "example.org:8443", "[::1]:8443": for the Host header and for people.
std::string authority(const Url& url);

}  // namespace masthead::console::net
