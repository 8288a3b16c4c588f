// parseRequest(): one complete request head as bytes in, a canonical RequestHead or the refusal out. Pure, fuzzed.
#pragma once

#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::http1 {

/// `head` ends with the empty line (see HeadEnd). A refusal always means: answer and close, the stream cannot be trusted.
Parsed<RequestHead> parseRequest(std::string_view head, const HeadLimits& limits = {});

}  // namespace masthead::edge::http1
