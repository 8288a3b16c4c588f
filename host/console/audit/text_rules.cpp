#include "host/console/audit/text_rules.hpp"

#include <array>
#include <cstdint>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace masthead::console::audit {
namespace {

/// One character at the front of `text`: its length in bytes (0 = not UTF-8) and its number.
struct Character {
    std::size_t length = 0;
    std::uint32_t number = 0;
};

Character characterAt(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t first = byte(0);
    if (first < 0x80) return {1, first};
    const std::size_t length = first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
    if (length == 0 || text.size() < length) return {};
    std::uint32_t number = first & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        number = (number << 6) | (byte(i) & 0x3fu);
    }
    static constexpr std::array<std::uint32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
    if (number < kLeast[length] || number > 0x10ffff || (number >= 0xd800 && number < 0xe000)) return {};
    return {length, number};
}

bool deceives(std::uint32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069) ||
           c == 0x061c || c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f);
}

std::string hex(std::uint32_t number) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string out;
    do {
        out.insert(out.begin(), kDigits[number & 15u]);
        number >>= 4;
    } while (number != 0);
    return out;
}

std::string escaped(std::string_view text, std::size_t limit) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const Character c = characterAt(text.substr(at));
        std::string piece;
        if (c.length == 0) {
            piece = "\\x{" + hex(static_cast<unsigned char>(text[at])) + "}";
        } else if (deceives(c.number)) {
            piece = "\\u{" + hex(c.number) + "}";
        } else {
            piece = text.substr(at, c.length);
        }
        if (out.size() + piece.size() > limit) return out + "[cut from " + std::to_string(text.size()) + " bytes]";
        out += piece;
        at += c.length == 0 ? 1 : c.length;
    }
    return out;
}

Json escapedJson(const Json& value) {
    if (value.isString()) return escaped(value.asString(), SIZE_MAX);
    if (value.isArray()) {
        Json out = Json::array();
        for (const auto& item : value.items()) out.push(escapedJson(item));
        return out;
    }
    if (value.isObject()) {
        Json out = Json::object();
        for (const auto& [name, item] : value.members()) out.set(escaped(name, kMaxText), escapedJson(item));
        return out;
    }
    return value;
}

bool secretName(std::string_view name) {
    static constexpr std::string_view kWords[] = {"secret", "token",      "password", "passphrase", "seed",     "hash",    "credential",
                                                  "cookie", "code",       "key",      "private",    "authoriz", "recovery"};
    const std::string lower = lowerAscii(name);
    for (const auto word : kWords) {
        if (lower.find(word) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

std::string bounded(std::string_view text, std::size_t limit) { return escaped(text, limit); }

std::string boundedJson(const Json& value) {
    std::string text = escapedJson(value).dump();
    if (text.size() <= kMaxDetail) return text;
    return Json::object({{"cut_from_bytes", static_cast<long long>(text.size())}}).dump();
}

Json withoutSecrets(const Json& value, int depth) {
    constexpr std::size_t kMaxShown = 1024;
    constexpr std::size_t kMaxItems = 256;
    if (value.isString()) {
        if (value.asString().size() > kMaxShown) return "[" + std::to_string(value.asString().size()) + " bytes]";
        return log::redact(value.asString());
    }
    if (value.isArray()) {
        Json out = Json::array();
        for (const auto& item : value.items()) {
            if (out.items().size() >= kMaxItems) break;
            out.push(depth > 0 ? withoutSecrets(item, depth - 1) : Json("[...]"));
        }
        return out;
    }
    if (value.isObject()) {
        Json out = Json::object();
        for (const auto& [name, item] : value.members()) {
            if (out.members().size() >= kMaxItems) break;
            const bool hidden = secretName(name) && !item.isBool() && !item.isNull();
            out.set(name, hidden ? Json("[hidden]") : depth > 0 ? withoutSecrets(item, depth - 1) : Json("[...]"));
        }
        return out;
    }
    return value;
}

}  // namespace masthead::console::audit
