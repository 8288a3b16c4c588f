// The texts with which Go's JSON decoders refuse a body, so that a client sees what the real server would say.
// Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.hpp"

namespace masthead::demo {

struct GoSyntax {
    std::string problem;       // empty: one complete value
    std::size_t end = 0;       // just behind the first value
};

/// `streaming`: the decoder reads from a stream (0.29's gateway): an early end is "unexpected EOF" and what follows the
/// first value is left alone; otherwise "unexpected end of JSON input" and "… after top-level value".
GoSyntax checkGoSyntax(std::string_view text, bool streaming);
/// "line:column" of the value of a top-level member, for protojson's messages.
std::string valuePosition(std::string_view text, std::string_view member);
/// strconv.ParseUint's message, or nullopt when the text is a number of 64 bits.
std::optional<std::string> parseUintProblem(std::string_view text);

}  // namespace masthead::demo
