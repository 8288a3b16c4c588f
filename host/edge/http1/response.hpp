// parseResponse(): one complete response head of a backend, as strict as the request side (FR-51..56). Pure, fuzzed.
#pragma once

#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::http1 {

/// A refusal means 502: the backend's connection is not used again.
Parsed<ResponseHead> parseResponse(std::string_view head, const HeadLimits& limits = {});

/// How the body that follows is framed, given the method it answers.
Parsed<Framing> responseFraming(const ResponseHead& head, std::string_view request_method);

}  // namespace masthead::edge::http1
