// The one place where Boost.Beast parses: bytes that passed the strict checks become fields. Pure functions.
#pragma once

#include <optional>
#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::http1 {

/// nullopt when Beast refuses the head or counts fields differently than the strict check did.
std::optional<RequestHead> beastRequest(std::string_view head, std::size_t field_count);
std::optional<ResponseHead> beastResponse(std::string_view head, std::size_t field_count);

}  // namespace masthead::edge::http1
