// A route's path pattern: literal text with parameter classes for whole segments, matched byte for byte.
//
// No decoding, no folding, no regular expression. A pattern is immutable and may be shared between threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::edge::allowlist {

enum class ParameterClass { AuthId, AuthId028, Platform, Id, Token, Subpath };

/// True when `text` (a whole segment; for Subpath the rest of the path) belongs to the class.
bool belongsTo(ParameterClass wanted, std::string_view text);

class Pattern {
public:
    /// InvalidArgument naming what is wrong: unknown class, class not filling a segment, {subpath} not last, bytes no path has.
    static Result<Pattern> compile(std::string_view text);

    bool matches(std::string_view path) const;
    const std::string& text() const { return text_; }

private:
    struct Piece {
        bool literal = true;
        std::string text;
        ParameterClass wanted = ParameterClass::Id;
    };

    std::string text_;
    std::vector<Piece> pieces_;
};

}  // namespace masthead::edge::allowlist
