// Byte classes of RFC 9110 and RFC 3986 as constant tables. Pure functions, independent of the locale.
#pragma once

#include <string_view>

namespace masthead::edge::http1 {

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isAlpha(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
constexpr bool isHex(char c) { return isDigit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f'); }

constexpr bool isOneOf(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

/// RFC 9110 tchar.
constexpr bool isToken(char c) { return isDigit(c) || isAlpha(c) || isOneOf(c, "!#$%&'*+-.^_`|~"); }

/// RFC 3986 pchar without the percent escape, which needs to look ahead.
constexpr bool isPathByte(char c) { return isDigit(c) || isAlpha(c) || isOneOf(c, "-._~!$&'()*+,;=:@/"); }
constexpr bool isQueryByte(char c) { return isPathByte(c) || c == '?'; }

/// Visible, space, tab or obs-text: what a field value may hold.
constexpr bool isValueByte(char c) {
    const auto u = static_cast<unsigned char>(c);
    return u == '\t' || (u >= 0x20 && u != 0x7f);
}

template <typename Predicate>
constexpr bool allOf(std::string_view text, Predicate accepts) {
    for (const char c : text) {
        if (!accepts(c)) return false;
    }
    return true;
}

/// Percent escapes are two hex digits and every other byte is accepted by `accepts`.
template <typename Predicate>
constexpr bool wellFormedEscapes(std::string_view text, Predicate accepts) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size() || !isHex(text[i + 1]) || !isHex(text[i + 2])) return false;
            i += 2;
        } else if (!accepts(text[i])) {
            return false;
        }
    }
    return true;
}

}  // namespace masthead::edge::http1
