// public_url taken apart: the one address under which clients and browsers reach Masthead. Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "host/base/result.hpp"

namespace masthead::config {

struct PublicUrl {
    std::string host;  // lower case; an IPv6 literal without brackets
    std::uint16_t port = 443;

    /// "host" or "host:port" as a Host header carries it (the port left out when it is 443).
    std::string authority() const;
    std::string text() const { return "https://" + authority(); }
};

/// Refuses another scheme, a user part, a path, a query, a fragment, and names DNS cannot carry.
Result<PublicUrl> parsePublicUrl(const std::string& text);

}  // namespace masthead::config
