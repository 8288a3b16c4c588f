#include "text/hygiene.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace onboarding {
namespace {

/// The code point at `at` and its length; length 0: not UTF-8.
std::pair<std::uint32_t, std::size_t> decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(at);
    if (first < 0x80) return {first, 1};
    const std::size_t length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
    if (length == 0 || at + length > text.size()) return {0, 0};
    std::uint32_t point = first & (0xffu >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xc0) != 0x80) return {0, 0};
        point = point << 6 | (byte(at + i) & 0x3fu);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (point < kLeast[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return {0, 0};
    return {point, length};
}

bool isControl(std::uint32_t point) { return point < 0x20 || (point >= 0x7f && point < 0xa0); }

/// Line and paragraph separators, bidirectional controls, invisible characters, tags.
bool isHidden(std::uint32_t point) {
    return point == 0x61c || point == 0xad || point == 0x180e || (point >= 0x200b && point <= 0x200f && point != 0x200c && point != 0x200d) ||
           (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f) || point == 0xfeff || (point >= 0xfff0 && point <= 0xfffb) ||
           (point >= 0xe0000 && point <= 0xe0fff);
}

/// Joiners belong into emoji and many scripts, never behind an ASCII letter.
bool isJoiner(std::uint32_t point) { return point == 0x200c || point == 0x200d; }

std::string_view trim(std::string_view text) {
    const char* kBlank = " \n\t";
    const auto first = text.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

CleanText clean(std::string_view text, std::size_t max_length, bool required, bool lines) {
    // A text that cannot fit whatever it holds is not looked at.
    if (text.size() > max_length * 4 + 64) return {{}, TextFault::TooLong};
    std::string out;
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto [point, length] = decode(text, at);
        if (length == 0) return {{}, TextFault::Invalid};
        const bool line_end = lines && (point == '\n' || point == '\r' || point == '\t');
        if (isControl(point) && !line_end) return {{}, TextFault::Invalid};
        if (point == '\r') {
            if (at + 1 >= text.size() || text[at + 1] != '\n') out += '\n';
        } else {
            out.append(text.substr(at, length));
        }
        ++count;
        at += length;
    }
    const std::string trimmed(trim(out));
    if (count > max_length) return {trimmed, TextFault::TooLong};
    if (required && trimmed.empty()) return {{}, TextFault::Required};
    return {trimmed, TextFault::None};
}

const char* toText(TextFault fault) {
    switch (fault) {
        case TextFault::Required: return "required";
        case TextFault::TooLong: return "too-long";
        case TextFault::Invalid: return "invalid";
        case TextFault::None: break;
    }
    return "";
}

std::string visible(std::string_view text) {
    std::string out;
    std::uint32_t before = ' ';
    for (std::size_t at = 0; at < text.size();) {
        const auto [point, length] = decode(text, at);
        if (length == 0) {
            ++at;
            continue;
        }
        if (isHidden(point) || (isControl(point) && point != '\n' && point != '\t') || (isJoiner(point) && before < 0x80)) {
            char mark[24];
            std::snprintf(mark, sizeof mark, "\u2039U+%04X\u203a", static_cast<unsigned>(point));
            out += mark;
        } else {
            out.append(text.substr(at, length));
        }
        before = point;
        at += length;
    }
    return out;
}

std::string lowerAscii(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string percentEncode(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

std::string slug(std::string_view text) {
    std::string out;
    for (const char c : lowerAscii(text.substr(0, text.find('@')))) {
        const bool letter = c >= 'a' && c <= 'z';
        const bool plain = letter || (c >= '0' && c <= '9') || c == '.' || c == '_';
        if (out.empty() && !letter) continue;
        if (plain) out += c;
        else if (out.back() != '-') out += '-';
        if (out.size() == 63) break;
    }
    while (!out.empty() && (out.back() == '-' || out.back() == '.' || out.back() == '_')) out.pop_back();
    return out.size() < 2 ? std::string() : out;
}

std::string platformOf(std::string_view user_agent) {
    // Android names Linux too, iPads call themselves Macintosh with Mobile: the more telling word comes first.
    constexpr std::array<std::pair<std::string_view, std::string_view>, 10> kMarks{{{"iPhone", "ios"}, {"iPad", "ios"}, {"iPod", "ios"},
        {"Android", "android"}, {"CrOS", "chromeos"}, {"Windows", "windows"}, {"Macintosh", "macos"}, {"Mac OS X", "macos"}, {"FreeBSD", "freebsd"},
        {"Linux", "linux"}}};
    const auto agent = user_agent.substr(0, 1024);
    for (const auto& [mark, platform] : kMarks) {
        if (agent.find(mark) == std::string_view::npos) continue;
        if (platform == "macos" && agent.find("Mobile/") != std::string_view::npos) return "ios";
        return std::string(platform);
    }
    return {};
}

}  // namespace onboarding
