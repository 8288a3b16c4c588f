#include "host/console/http/query.hpp"

#include <optional>

#include "host/base/text.hpp"

namespace masthead::console {
namespace {

int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::optional<std::string> decode(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            if (i + 2 >= text.size() || hexDigit(text[i + 1]) < 0 || hexDigit(text[i + 2]) < 0) return std::nullopt;
            c = static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
            i += 2;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return std::nullopt;
        out += c;
    }
    return out;
}

bool pathByte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '~' || c == '@' ||
           c == ':' || c == '-';
}

}  // namespace

Result<std::multimap<std::string, std::string>> parseQuery(std::string_view text) {
    std::multimap<std::string, std::string> out;
    if (text.empty()) return out;
    for (const auto part : split(text, '&')) {
        if (part.empty()) continue;
        const auto equals = part.find('=');
        const auto name = decode(part.substr(0, equals));
        const auto value = decode(equals == std::string_view::npos ? std::string_view() : part.substr(equals + 1));
        if (!name || !value) return Error{Code::InvalidArgument, "the query is not properly encoded"};
        if (out.size() >= 100) return Error{Code::InvalidArgument, "the query has more than 100 parameters"};
        out.emplace(*name, *value);
    }
    return out;
}

bool plainPath(std::string_view path) {
    if (path.empty() || path[0] != '/') return false;
    const auto segments = split(path.substr(1), '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (segments[i].empty()) {
            if (i + 1 != segments.size()) return false;
            continue;
        }
        if (segments[i] == "." || segments[i] == "..") return false;
        for (const char c : segments[i]) {
            if (!pathByte(c)) return false;
        }
    }
    return true;
}

}  // namespace masthead::console
