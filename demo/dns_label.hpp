// DNS labels as headscale judges and makes them. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace masthead::demo {

/// Go's %q of a text: quoted, control characters escaped, valid UTF-8 kept.
std::string goQuote(std::string_view text);
/// Why this is no DNS label, in headscale's words; empty when it is one.
std::string labelProblem(std::string_view label);
/// A hostname as a client reports it, made a label: lower case, other characters become '-', at most 63. May be empty.
std::string labelFromHostname(std::string_view hostname);

}  // namespace masthead::demo
