#include "host/base/plain_text.hpp"

#include <cstdint>

#include "host/base/text.hpp"

namespace masthead {
namespace {

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

}  // namespace

std::string oneLine(std::string_view text, std::size_t most) { return cleaned(text, most, false); }

std::string plainText(std::string_view text, std::size_t most) { return cleaned(text, most, true); }

}  // namespace masthead
