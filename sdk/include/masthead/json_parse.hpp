// The strict parser behind Json::parse. Included by json.hpp; not for direct use.
//
// Pure function over bytes, no allocation beyond the result, recursion bounded by Limits::depth.
#pragma once

#include <charconv>
#include <unordered_set>

namespace masthead::detail {

/// Length of the valid UTF-8 sequence at `at`, or 0. Overlong forms, surrogates and values above U+10FFFF are invalid.
inline std::size_t utf8Length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto tail = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
    const unsigned char lead = byte(at);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return tail(at + 1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        if (!tail(at + 1) || !tail(at + 2)) return 0;
        if (lead == 0xe0 && byte(at + 1) < 0xa0) return 0;
        if (lead == 0xed && byte(at + 1) > 0x9f) return 0;
        return 3;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        if (!tail(at + 1) || !tail(at + 2) || !tail(at + 3)) return 0;
        if (lead == 0xf0 && byte(at + 1) < 0x90) return 0;
        if (lead == 0xf4 && byte(at + 1) > 0x8f) return 0;
        return 4;
    }
    return 0;
}

inline bool validUtf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8Length(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

/// The value of a text that is a JSON number by its form: exact where it is an integer of 64 bits, else the nearest double.
/// False when it is out of range.
inline bool numberOf(std::string_view text, Json& out) {
    const char* first = text.data();
    const char* last = first + text.size();
    if (text.find_first_of(".eE") == std::string_view::npos) {
        std::int64_t parsed = 0;
        if (std::from_chars(first, last, parsed).ec == std::errc()) {
            out = Json(static_cast<long long>(parsed));
            return true;
        }
    }
    double parsed = 0;
    if (std::from_chars(first, last, parsed).ec != std::errc() || !std::isfinite(parsed)) return false;
    out = Json(parsed);
    return true;
}

class JsonParser {
public:
    JsonParser(std::string_view text, std::size_t depth) : text_(text), max_depth_(depth) {}

    bool document(Json& out, std::string& error) {
        skipSpace();
        if (value(out, 0)) {
            skipSpace();
            if (at_ == text_.size()) return true;
            fail("unexpected text after the value");
        }
        error = error_ + " at byte " + std::to_string(at_);
        return false;
    }

private:
    bool fail(const char* why) {
        if (error_.empty()) error_ = why;
        return false;
    }
    bool more() const { return at_ < text_.size(); }
    char peek() const { return more() ? text_[at_] : '\0'; }
    void skipSpace() {
        while (more() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
    }
    bool literal(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) return fail("invalid literal");
        at_ += word.size();
        return true;
    }

    bool value(Json& out, std::size_t depth) {
        if (!more()) return fail("unexpected end of text");
        switch (peek()) {
            case '{': return object(out, depth + 1);
            case '[': return array(out, depth + 1);
            case '"': {
                std::string text;
                if (!string(text)) return false;
                out = Json(std::move(text));
                return true;
            }
            case 't': out = Json(true); return literal("true");
            case 'f': out = Json(false); return literal("false");
            case 'n': out = Json(); return literal("null");
            default: return number(out);
        }
    }

    bool object(Json& out, std::size_t depth) {
        if (depth > max_depth_) return fail("nested too deep");
        out = Json::object();
        ++at_;
        skipSpace();
        if (peek() == '}') {
            ++at_;
            return true;
        }
        std::unordered_set<std::string> seen;
        for (;;) {
            skipSpace();
            if (peek() != '"') return fail("member name expected");
            std::string name;
            if (!string(name)) return false;
            if (!seen.insert(name).second) return fail("duplicate member name");
            skipSpace();
            if (peek() != ':') return fail("':' expected");
            ++at_;
            skipSpace();
            Json item;
            if (!value(item, depth)) return false;
            out.append(std::move(name), std::move(item));
            skipSpace();
            if (peek() == ',') {
                ++at_;
                continue;
            }
            if (peek() != '}') return fail("',' or '}' expected");
            ++at_;
            return true;
        }
    }

    bool array(Json& out, std::size_t depth) {
        if (depth > max_depth_) return fail("nested too deep");
        Json::Array items;
        ++at_;
        skipSpace();
        if (peek() == ']') {
            ++at_;
            out = Json(std::move(items));
            return true;
        }
        for (;;) {
            skipSpace();
            Json item;
            if (!value(item, depth)) return false;
            items.push_back(std::move(item));
            skipSpace();
            if (peek() == ',') {
                ++at_;
                continue;
            }
            if (peek() != ']') return fail("',' or ']' expected");
            ++at_;
            out = Json(std::move(items));
            return true;
        }
    }

    static bool digit(char c) { return c >= '0' && c <= '9'; }

    bool number(Json& out) {
        const std::size_t start = at_;
        if (peek() == '-') ++at_;
        if (!digit(peek())) return fail("invalid value");
        if (peek() == '0') {
            ++at_;
        } else {
            while (digit(peek())) ++at_;
        }
        if (peek() == '.') {
            ++at_;
            if (!digit(peek())) return fail("digit expected after '.'");
            while (digit(peek())) ++at_;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!digit(peek())) return fail("digit expected in exponent");
            while (digit(peek())) ++at_;
        }
        return numberOf(text_.substr(start, at_ - start), out) || fail("number out of range");
    }

    bool hex4(unsigned& out) {
        if (at_ + 4 > text_.size()) return fail("four hex digits expected");
        unsigned parsed = 0;
        const char* first = text_.data() + at_;
        const auto [end, code] = std::from_chars(first, first + 4, parsed, 16);
        if (code != std::errc() || end != first + 4) return fail("four hex digits expected");
        at_ += 4;
        out = parsed;
        return true;
    }

    static void appendUtf8(std::string& out, unsigned code) {
        if (code < 0x80) {
            out += static_cast<char>(code);
        } else if (code < 0x800) {
            out += static_cast<char>(0xc0 | (code >> 6));
            out += static_cast<char>(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            out += static_cast<char>(0xe0 | (code >> 12));
            out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
            out += static_cast<char>(0x80 | (code & 0x3f));
        } else {
            out += static_cast<char>(0xf0 | (code >> 18));
            out += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
            out += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
            out += static_cast<char>(0x80 | (code & 0x3f));
        }
    }

    bool unicodeEscape(std::string& out) {
        unsigned code = 0;
        if (!hex4(code)) return false;
        if (code >= 0xdc00 && code <= 0xdfff) return fail("lone surrogate");
        if (code >= 0xd800 && code <= 0xdbff) {
            if (text_.substr(at_, 2) != "\\u") return fail("lone surrogate");
            at_ += 2;
            unsigned low = 0;
            if (!hex4(low)) return false;
            if (low < 0xdc00 || low > 0xdfff) return fail("lone surrogate");
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        appendUtf8(out, code);
        return true;
    }

    bool escape(std::string& out) {
        ++at_;
        const char c = peek();
        ++at_;
        switch (c) {
            case '"': out += '"'; return true;
            case '\\': out += '\\'; return true;
            case '/': out += '/'; return true;
            case 'b': out += '\b'; return true;
            case 'f': out += '\f'; return true;
            case 'n': out += '\n'; return true;
            case 'r': out += '\r'; return true;
            case 't': out += '\t'; return true;
            case 'u': return unicodeEscape(out);
            default: return fail("invalid escape");
        }
    }

    bool string(std::string& out) {
        ++at_;
        while (more()) {
            const auto c = static_cast<unsigned char>(text_[at_]);
            if (c == '"') {
                ++at_;
                return true;
            }
            if (c < 0x20) return fail("control character in string");
            if (c == '\\') {
                if (!escape(out)) return false;
                continue;
            }
            const std::size_t length = utf8Length(text_, at_);
            if (length == 0) return fail("invalid UTF-8");
            out.append(text_.substr(at_, length));
            at_ += length;
        }
        return fail("unterminated string");
    }

    std::string_view text_;
    std::size_t max_depth_;
    std::size_t at_ = 0;
    std::string error_;
};

}  // namespace masthead::detail

namespace masthead {

inline std::optional<Json> Json::parse(std::string_view text, std::string& error, Limits limits) {
    if (text.size() > limits.bytes) {
        error = "text of " + std::to_string(text.size()) + " bytes exceeds the limit of " + std::to_string(limits.bytes);
        return std::nullopt;
    }
    Json out;
    detail::JsonParser parser(text, limits.depth);
    if (!parser.document(out, error)) return std::nullopt;
    return out;
}

}  // namespace masthead
