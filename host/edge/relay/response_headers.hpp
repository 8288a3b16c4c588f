// Which header fields of a backend's answer reach the client, and what is added. Pure functions (HT-25, HT-26).
#pragma once

#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::relay {

inline constexpr std::string_view kStrictTransport = "max-age=63072000; includeSubDomains";

/// Everything but hop-by-hop fields, framing and the server's name.
http1::Fields fieldsFromConsole(const http1::ResponseHead& head);

/// The same, and: cookies get Secure, cookies that would shadow ours are dropped, CORS only below /derp, a Location that
/// points at the backend itself becomes relative, our own HSTS, and for HTML the headers of a page we vouch for.
http1::Fields fieldsFromHeadscale(const http1::ResponseHead& head, std::string_view path, std::string_view backend);

/// Headers of a page or error made by edge itself.
void addPageHeaders(http1::Fields& fields, std::string_view content_security_policy);

/// A Set-Cookie of headscale with Secure added if missing; empty when it must not pass.
std::string safeCookie(std::string_view cookie);

}  // namespace masthead::edge::relay
