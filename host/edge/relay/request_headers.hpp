// Which header fields of a request go on to which backend. Allowlists: what is not named here is gone (HT-14..24).
//
// Pure functions. Both drop every X-Forwarded-*, Forwarded, True-Client-IP, X-Real-IP and X-Masthead-* (except the CSRF token)
// that a stranger sent, and set what the backend may trust.
#pragma once

#include <string>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::relay {

struct Origin {
    std::string client;      // address text
    std::string request_id;
};

/// 400 when a field that must be single is repeated (authorization, content-type, origin, ...).
http1::Parsed<http1::Fields> fieldsForConsole(const http1::RequestHead& head, const Origin& origin);
http1::Parsed<http1::Fields> fieldsForHeadscale(const http1::RequestHead& head, const Origin& origin);

/// A Cookie header without our own cookies (`__Host-masthead*`); empty when nothing is left.
std::string withoutOurCookies(std::string_view cookie);

}  // namespace masthead::edge::relay
