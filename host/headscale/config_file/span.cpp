#include "host/headscale/config_file/span.hpp"

namespace masthead::headscale::config_file {
namespace {

using Offset = std::optional<std::size_t>;

bool isBlank(char c) { return c == ' ' || c == '\t'; }
bool isBreak(char c) { return c == '\n' || c == '\r'; }

Offset endOfQuoted(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (text[i] == quote) {
            if (quote == '\'' && i + 1 < text.size() && text[i + 1] == '\'') {
                ++i;
            } else {
                return i + 1;
            }
        }
    }
    return std::nullopt;
}

std::size_t skipComment(std::string_view text, std::size_t at) { return lineEnd(text, at); }

Offset endOfFlow(std::string_view text, std::size_t at) {
    std::size_t depth = 0;
    for (std::size_t i = at; i < text.size(); ++i) {
        const char c = text[i];
        const bool fresh = i == at || isBlank(text[i - 1]) || isBreak(text[i - 1]) ||
                           std::string_view("[]{},:").find(text[i - 1]) != std::string_view::npos;
        if (c == '[' || c == '{') {
            ++depth;
        } else if (c == ']' || c == '}') {
            if (--depth == 0) return i + 1;
        } else if ((c == '"' || c == '\'') && fresh) {
            const auto end = endOfQuoted(text, i);
            if (!end) return std::nullopt;
            i = *end - 1;
        } else if (c == '#' && i > 0 && (isBlank(text[i - 1]) || isBreak(text[i - 1]))) {
            i = skipComment(text, i);
        }
    }
    return std::nullopt;
}

std::size_t trimRight(std::string_view text, std::size_t from, std::size_t end) {
    while (end > from && (isBlank(text[end - 1]) || isBreak(text[end - 1]))) --end;
    return end;
}

/// The column of the first byte of the line that is no space; nullopt on a blank line.
std::optional<std::size_t> indentOf(std::string_view text, std::size_t start) {
    const std::size_t end = lineEnd(text, start);
    std::size_t i = start;
    while (i < end && text[i] == ' ') ++i;
    if (i == end || text.substr(i, end - i).find_first_not_of(" \t\r") == std::string_view::npos) return std::nullopt;
    return i - start;
}

std::size_t nextLine(std::string_view text, std::size_t at) {
    const auto newline = text.find('\n', at);
    return newline == std::string_view::npos ? text.size() : newline + 1;
}

/// Every following line that is blank or indented deeper than the key belongs to the value.
std::size_t endOfIndented(std::string_view text, std::size_t at, int parent_column) {
    std::size_t end = lineEnd(text, at);
    for (std::size_t line = nextLine(text, at); line < text.size(); line = nextLine(text, line)) {
        const auto indent = indentOf(text, line);
        if (!indent) continue;
        if (static_cast<int>(*indent) <= parent_column) break;
        end = lineEnd(text, line);
    }
    return end;
}

bool startsComment(std::string_view text, std::size_t at) {
    return text[at] == '#' && at > 0 && (isBlank(text[at - 1]) || isBreak(text[at - 1]));
}

std::size_t endOfPlain(std::string_view text, std::size_t at, bool in_flow, bool& comment) {
    std::size_t i = at;
    const std::size_t limit = in_flow ? text.size() : lineEnd(text, at);
    comment = false;
    for (; i < limit; ++i) {
        if (startsComment(text, i)) {
            comment = true;
            break;
        }
        if (in_flow && std::string_view(",[]{}").find(text[i]) != std::string_view::npos) break;
        const bool colon_ends =
            i + 1 >= text.size() || isBlank(text[i + 1]) || isBreak(text[i + 1]) || (in_flow && text[i + 1] == ',');
        if (text[i] == ':' && colon_ends) break;
    }
    return trimRight(text, at, i);
}

/// A plain scalar may go on over deeper lines until a comment.
std::size_t endOfPlainBlock(std::string_view text, std::size_t at, int parent_column) {
    bool comment = false;
    std::size_t end = endOfPlain(text, at, false, comment);
    for (std::size_t line = nextLine(text, at); line < text.size() && !comment; line = nextLine(text, line)) {
        const auto indent = indentOf(text, line);
        if (!indent) continue;
        if (static_cast<int>(*indent) <= parent_column || text[line + *indent] == '#') break;
        end = endOfPlain(text, line + *indent, false, comment);
    }
    return end;
}

}  // namespace

std::size_t lineEnd(std::string_view text, std::size_t from) {
    const auto newline = text.find('\n', from);
    std::size_t end = newline == std::string_view::npos ? text.size() : newline;
    if (end > from && newline != std::string_view::npos && text[end - 1] == '\r') --end;
    return end;
}

std::size_t lineStart(std::string_view text, std::size_t at) {
    if (at == 0) return 0;
    const auto newline = text.rfind('\n', at - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
}

std::optional<std::size_t> afterColon(std::string_view text, const Node& key, bool in_flow) {
    if (key.start >= text.size()) return std::nullopt;
    const char first = text[key.start];
    std::size_t at = key.start;
    if (first == '"' || first == '\'') {
        const auto end = endOfQuoted(text, at);
        if (!end) return std::nullopt;
        at = *end;
    } else {
        bool comment = false;
        at = endOfPlain(text, at, in_flow, comment);
        if (comment) return std::nullopt;
    }
    while (at < text.size() && isBlank(text[at])) ++at;
    if (at >= text.size() || text[at] != ':') return std::nullopt;
    return at + 1;
}

std::optional<std::size_t> endOf(std::string_view text, const Node& node, int parent_column, bool in_flow) {
    if (node.start >= text.size() || node.kind == Node::Kind::Alias) return std::nullopt;
    const char first = text[node.start];
    if (node.kind == Node::Kind::Scalar || node.kind == Node::Kind::Null) {
        if (!node.plain && (first == '"' || first == '\'')) return endOfQuoted(text, node.start);
        if (!node.plain && (first == '|' || first == '>')) return endOfIndented(text, node.start, parent_column);
        bool comment = false;
        if (in_flow) return endOfPlain(text, node.start, true, comment);
        return endOfPlainBlock(text, node.start, parent_column);
    }
    if (node.flow) return first == '[' || first == '{' ? endOfFlow(text, node.start) : std::nullopt;
    if (node.kind == Node::Kind::Sequence) {
        if (node.items.empty()) return std::nullopt;
        const Node& last = node.items.back();
        // An empty last item has no place of its own; its dash is the last one of the block.
        if (last.kind == Node::Kind::Null) return std::nullopt;
        return endOf(text, last, static_cast<int>(node.column), false);
    }
    if (node.members.empty()) return std::nullopt;
    const auto& [key, value] = node.members.back();
    const auto colon = afterColon(text, key, false);
    if (!colon) return std::nullopt;
    const bool nothing =
        value.kind == Node::Kind::Null &&
        (value.start < *colon ||
         text.substr(*colon, lineEnd(text, *colon) - *colon).find_first_not_of(" \t") == std::string_view::npos ||
         value.line != key.line);
    if (nothing) return colon;
    return endOf(text, value, static_cast<int>(node.column), false);
}

}  // namespace masthead::headscale::config_file
