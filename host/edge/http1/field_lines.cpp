#include "host/edge/http1/field_lines.hpp"

#include "host/base/text.hpp"
#include "host/edge/http1/bytes.hpp"

namespace masthead::edge::http1 {

namespace {

std::optional<Refusal> checkLine(std::string_view line, const FieldRules& rules) {
    if (line.size() > rules.limits.line) return Refusal{431, "field line too long"};
    if (line.front() == ' ' || line.front() == '\t') return Refusal{400, "obs-fold"};
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return Refusal{400, "line without colon"};
    const auto name = line.substr(0, colon);
    if (name.empty()) return Refusal{400, "empty field name"};
    for (const char c : name) {
        if (!isToken(c) || (c == '_' && !rules.underscore_allowed)) return Refusal{400, "byte not allowed in a field name"};
    }
    if (!allOf(line.substr(colon + 1), isValueByte)) return Refusal{400, "control byte in a field value"};
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> checkFieldLines(std::string_view lines, const FieldRules& rules, std::size_t& count) {
    count = 0;
    for (;;) {
        const auto end = lines.find("\r\n");
        if (end == std::string_view::npos) return Refusal{400, "head does not end with an empty line"};
        if (end == 0) break;
        if (++count > rules.limits.fields) return Refusal{431, "too many fields"};
        if (auto refusal = checkLine(lines.substr(0, end), rules)) return refusal;
        lines.remove_prefix(end + 2);
    }
    if (lines.size() != 2) return Refusal{400, "bytes after the head"};
    return std::nullopt;
}

Parsed<Framing> framingOf(const Fields& fields) {
    const auto lengths = fields.count("content-length");
    const auto encodings = fields.count("transfer-encoding");
    if (lengths > 0 && encodings > 0) return Refusal{400, "both framings"};
    if (lengths > 1) return Refusal{400, "more than one Content-Length"};
    if (encodings > 1) return Refusal{400, "more than one Transfer-Encoding"};
    if (encodings == 1) {
        if (!equalsIgnoreCase(*fields.get("transfer-encoding"), "chunked")) return Refusal{400, "transfer coding other than chunked"};
        return Framing{Framing::Kind::Chunked, 0};
    }
    if (lengths == 0) return Framing{};
    const auto text = *fields.get("content-length");
    const auto value = parseUnsigned<std::uint64_t>(text);
    if (!value || (text.size() > 1 && text.front() == '0')) return Refusal{400, "Content-Length is not a plain number"};
    return Framing{Framing::Kind::Length, *value};
}

}  // namespace masthead::edge::http1
