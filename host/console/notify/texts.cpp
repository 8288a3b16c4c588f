#include "host/console/notify/texts.hpp"

#include <algorithm>
#include <cstdint>

#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/console/notify/rules.hpp"

namespace masthead::console::notify {
namespace {

constexpr std::size_t kMaxLink = 1000;
constexpr std::size_t kMaxData = 16 * 1024;

/// The length of the well-formed sequence at the front; 0 when it is none.
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xc2 && first < 0xe0 ? 2
                               : first >= 0xe0 && first < 0xf0 ? 3
                               : first >= 0xf0 && first < 0xf5 ? 4
                                                               : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    return length;
}

std::uint32_t codePoint(std::string_view sequence) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(sequence[i])); };
    if (sequence.size() == 1) return byte(0);
    std::uint32_t value = byte(0) & (0x7fu >> sequence.size());
    for (std::size_t i = 1; i < sequence.size(); ++i) value = (value << 6) | (byte(i) & 0x3fu);
    return value;
}

/// Characters that change how others look or cannot be seen: bidi controls, zero width, line and paragraph separators.
bool deceives(std::uint32_t c) {
    return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) || c == 0x061c ||
           c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
}

std::string visible(std::uint32_t c) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string digits;
    for (int shift = 20; shift >= 0; shift -= 4) {
        const auto digit = (c >> shift) & 0xfu;
        if (digits.empty() && digit == 0 && shift > 12) continue;
        digits += kDigits[digit];
    }
    return "[U+" + digits + "]";
}

std::string cleaned(std::string_view text, std::size_t most, bool keep_lines) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text.substr(at));
        if (length == 0) {
            out += "\xef\xbf\xbd";
            ++at;
            continue;
        }
        const std::string_view sequence = text.substr(at, length);
        const std::uint32_t c = codePoint(sequence);
        at += length;
        if (keep_lines && c == '\r' && text.substr(at, 1) == "\n") continue;
        if (keep_lines && (c == '\n' || c == '\r'))
            out += '\n';
        else if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
            if (!out.empty() && out.back() != ' ' && out.back() != '\n') out += ' ';
        } else if (deceives(c))
            out += visible(c);
        else
            out += sequence;
        if (out.size() > most) break;
    }
    if (out.size() > most) {
        static constexpr std::string_view kMore = "...";
        std::size_t end = most - kMore.size();
        while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0) == 0x80) --end;
        out.resize(end);
        out += kMore;
    }
    return std::string(trim(out));
}

Json cleanedData(const Json& value, int depth) {
    if (depth > 8) return Json();
    if (value.isString()) return log::redact(plainText(value.asString(), kMaxText));
    if (value.isArray()) {
        Json out = Json::array();
        for (const auto& item : value.items()) out.push(cleanedData(item, depth + 1));
        return out;
    }
    if (value.isObject()) {
        Json out = Json::object();
        for (const auto& [name, item] : value.members()) out.set(oneLine(name, 100), cleanedData(item, depth + 1));
        return out;
    }
    return value;
}

}  // namespace

std::string oneLine(std::string_view text, std::size_t most) { return cleaned(text, most, false); }

std::string plainText(std::string_view text, std::size_t most) { return cleaned(text, most, true); }

bool validLink(std::string_view link) {
    if (link.size() > kMaxLink || link.size() < 2 || link[0] != '/' || link[1] == '/' || link[1] == '\\') return false;
    return std::all_of(link.begin(), link.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '`' && c != '^' && c != '{' &&
               c != '}' && c != '|' && c != '#';
    });
}

Status clean(Note& note) {
    Severity severity{};
    if (!parseSeverity(note.severity, severity))
        return Error{Code::InvalidArgument, "severity is none of info, warning, critical"};
    if (!note.link.empty() && !validLink(note.link))
        return Error{Code::InvalidArgument, "link is no path of the console such as /admin/p/nodes/nodes"};
    if (note.link != log::redact(note.link))
        return Error{Code::InvalidArgument, "link carries a key or token, which must not leave the console"};
    note.title = log::redact(oneLine(note.title, kMaxTitle));
    if (note.title.empty()) return Error{Code::InvalidArgument, "title is empty"};
    note.text = log::redact(plainText(note.text, kMaxText));
    note.data = cleanedData(note.data.isObject() ? note.data : Json::object(), 0);
    if (note.data.dump().size() > kMaxData) return Error{Code::InvalidArgument, "data is larger than 16 KiB"};
    return {};
}

}  // namespace masthead::console::notify
