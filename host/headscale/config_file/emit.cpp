#include "host/headscale/config_file/emit.hpp"

#include <algorithm>
#include <array>

#include "host/base/text.hpp"

namespace masthead::headscale::config_file {
namespace {

/// Words that YAML 1.1 or 1.2 readers do not take for text.
constexpr std::array<std::string_view, 12> kReserved{"null", "true", "false", "yes", "no",   "on",
                                                     "off",  "y",    "n",     "~",   ".nan", ".inf"};

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

bool mayStandPlain(std::string_view text) {
    if (text.empty() || text.size() > 256) return false;
    const bool letter_first = isLetter(text.front()) || (text.front() == '/' && text.size() > 1);
    // An address or prefix: no YAML reader makes a number of a text with two dots.
    const bool address_first = isDigit(text.front()) && std::count(text.begin(), text.end(), '.') >= 2;
    if (!letter_first && !address_first) return false;
    for (const char c : text) {
        if (!isLetter(c) && !isDigit(c) && std::string_view("./_-:@+%").find(c) == std::string_view::npos) return false;
    }
    if (text.back() == ':') return false;
    const std::string lower = lowerAscii(text);
    return std::find(kReserved.begin(), kReserved.end(), lower) == kReserved.end();
}

bool printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

}  // namespace

std::string emitText(std::string_view text, Quotes quotes) {
    if (quotes == Quotes::Auto && mayStandPlain(text)) return std::string(text);
    std::string out;
    if (quotes == Quotes::Single && printable(text)) {
        out = "'";
        for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
        return out + "'";
    }
    Json::quote(out, text);  // a JSON string is a YAML double-quoted scalar
    return out;
}

std::string emitFlow(const Json& value, Quotes quotes) {
    if (value.isString()) return emitText(value.asString(), quotes);
    std::string out;
    if (value.isArray()) {
        for (const auto& item : value.items()) out += (out.empty() ? "" : ", ") + emitFlow(item);
        return "[" + out + "]";
    }
    if (value.isObject()) {
        for (const auto& [name, member] : value.members())
            out += (out.empty() ? "" : ", ") + emitText(name) + ": " + emitFlow(member);
        return "{" + out + "}";
    }
    return value.dump();
}

}  // namespace masthead::headscale::config_file
