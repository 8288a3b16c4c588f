// The response headers every answer of the console carries, in one place. Pure functions.
#pragma once

#include <string>
#include <string_view>

#include "host/console/http/response.hpp"

namespace masthead::console {

/// Adds the security headers that are missing and Cache-Control: no-store unless the handler chose one; removes headers whose
/// value holds control characters or whose name belongs to the transport.
void finishHeaders(Response& response, std::string_view request_id);

extern const char* const kContentSecurityPolicy;

}  // namespace masthead::console
