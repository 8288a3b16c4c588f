// Text of strangers: checked and cut on the way in, hostile marks made visible on the way to an admin. Pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace onboarding {

enum class TextFault { None, Required, TooLong, Invalid };

struct CleanText {
    std::string text;  // trimmed; line ends as \n
    TextFault fault = TextFault::None;
};

/// Invalid: not UTF-8, or control characters in it (a message may have line ends and tabs). Lengths in code points.
CleanText clean(std::string_view text, std::size_t max_length, bool required, bool lines = false);

/// The stable word for a FieldProblem.
const char* toText(TextFault fault);

/// Bidirectional controls and invisible characters as ‹U+202E›, so that a name reads as what it is.
std::string visible(std::string_view text);

std::string lowerAscii(std::string_view text);
std::string percentEncode(std::string_view text);

/// A user name that headscale takes, made of typed text: [a-z0-9._-], 2 to 63, begins with a letter; empty when nothing is left.
std::string slug(std::string_view text);

/// windows, macos, ios, android, linux, chromeos, freebsd; empty when the browser does not tell.
std::string platformOf(std::string_view user_agent);

}  // namespace onboarding
