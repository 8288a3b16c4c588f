// Strict byte checks on the field lines of a head, and on the fields that decide framing. Pure functions.
//
// They run before Boost.Beast sees the bytes, so that nothing lenient in a general parser can matter: bare LF, obs-fold,
// white space before the colon, empty names, control bytes and lines without a colon never get past this point (FR-16..28).
#pragma once

#include <optional>
#include <string_view>

#include "host/edge/http1/message.hpp"

namespace masthead::edge::http1 {

struct FieldRules {
    HeadLimits limits;
    bool underscore_allowed = false;  // in names; a request with one may be read differently by the next hop (FR-25, HT-20)
};

/// `lines` is everything after the first line, including the final empty line. `count` receives the number of fields.
std::optional<Refusal> checkFieldLines(std::string_view lines, const FieldRules& rules, std::size_t& count);

/// Framing by Content-Length and Transfer-Encoding; Kind::None when neither is there. Refuses every doubtful combination.
Parsed<Framing> framingOf(const Fields& fields);

}  // namespace masthead::edge::http1
