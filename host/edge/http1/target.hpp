// Takes a request target apart without changing a byte: no decoding, no dot removal, no folding (RT-001..128).
#pragma once

#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::http1 {

/// Origin-form, or absolute-form with scheme https. Refusals: 400, 405 (CONNECT, OPTIONS *), 414.
Parsed<Target> parseTarget(std::string_view method, std::string_view target, const HeadLimits& limits);

/// "host", "host:port" or "[v6]:port" made of the bytes such names have; no userinfo, no list, not empty.
bool isAuthority(std::string_view text);

}  // namespace masthead::edge::http1
