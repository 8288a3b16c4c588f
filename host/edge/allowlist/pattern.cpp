#include "host/edge/allowlist/pattern.hpp"

#include <optional>

#include "host/edge/http1/bytes.hpp"

namespace masthead::edge::allowlist {

namespace {

using http1::allOf;
using http1::isAlpha;
using http1::isDigit;

bool isTokenByte(char c) { return isAlpha(c) || isDigit(c) || c == '-' || c == '_'; }
bool isSubpathByte(char c) { return isTokenByte(c) || http1::isOneOf(c, ".~@:"); }

bool isSubpath(std::string_view text) {
    if (text.empty()) return false;
    while (!text.empty()) {
        const auto slash = text.find('/');
        const auto segment = text.substr(0, slash);
        if (segment.empty() || segment.size() > 255 || segment == "." || segment == ".." || !allOf(segment, isSubpathByte)) return false;
        if (slash == std::string_view::npos) return true;
        text.remove_prefix(slash + 1);
    }
    return true;  // one trailing slash
}

bool isAuthId(std::string_view text) { return text.size() == 24 && allOf(text, isTokenByte); }

std::optional<ParameterClass> classNamed(std::string_view name) {
    if (name == "auth_id") return ParameterClass::AuthId;
    if (name == "auth_id_028") return ParameterClass::AuthId028;
    if (name == "platform") return ParameterClass::Platform;
    if (name == "id") return ParameterClass::Id;
    if (name == "token") return ParameterClass::Token;
    if (name == "subpath") return ParameterClass::Subpath;
    return std::nullopt;
}

Error wrong(std::string_view pattern, const char* why) {
    return {Code::InvalidArgument, "path \"" + std::string(pattern) + "\" " + why};
}

}  // namespace

bool belongsTo(ParameterClass wanted, std::string_view text) {
    constexpr std::string_view kAuthPrefix = "hskey-authreq-";
    switch (wanted) {
        case ParameterClass::AuthId: return text.starts_with(kAuthPrefix) && isAuthId(text.substr(kAuthPrefix.size()));
        case ParameterClass::AuthId028: return isAuthId(text);
        case ParameterClass::Platform:
            return !text.empty() && text.size() <= 32 && allOf(text, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
        case ParameterClass::Id: return !text.empty() && text.size() <= 19 && allOf(text, isDigit);
        case ParameterClass::Token: return !text.empty() && text.size() <= 128 && allOf(text, isTokenByte);
        case ParameterClass::Subpath: return isSubpath(text);
    }
    return false;
}

Result<Pattern> Pattern::compile(std::string_view text) {
    if (text.empty() || text.front() != '/') return wrong(text, "does not begin with /");
    Pattern out;
    out.text_ = text;
    for (std::string_view rest = text; !rest.empty();) {
        const auto open = rest.find('{');
        if (open != 0) {
            const auto literal = rest.substr(0, open);
            if (!allOf(literal, http1::isPathByte)) return wrong(text, "holds a byte that no path has");
            out.pieces_.push_back({true, std::string(literal), ParameterClass::Id});
            rest.remove_prefix(literal.size());
            continue;
        }
        const auto close = rest.find('}');
        if (close == std::string_view::npos) return wrong(text, "has an unclosed {");
        const auto wanted = classNamed(rest.substr(1, close - 1));
        if (!wanted) return wrong(text, "names an unknown parameter class");
        rest.remove_prefix(close + 1);
        const bool whole = out.pieces_.back().text.ends_with('/') && (rest.empty() || rest.front() == '/');
        if (!whole) return wrong(text, "has a parameter that is not a whole segment");
        if (*wanted == ParameterClass::Subpath && !rest.empty()) return wrong(text, "has {subpath} before its end");
        out.pieces_.push_back({false, {}, *wanted});
    }
    return out;
}

bool Pattern::matches(std::string_view path) const {
    for (const auto& piece : pieces_) {
        if (piece.literal) {
            if (!path.starts_with(piece.text)) return false;
            path.remove_prefix(piece.text.size());
            continue;
        }
        const auto part = piece.wanted == ParameterClass::Subpath ? path : path.substr(0, path.find('/'));
        if (!belongsTo(piece.wanted, part)) return false;
        path.remove_prefix(part.size());
    }
    return path.empty();
}

}  // namespace masthead::edge::allowlist
