#include "host/console/auth/password_rules.hpp"

#include <masthead/json.hpp>
#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "host/base/text.hpp"
#include "host/console/auth/common_passwords.hpp"

namespace masthead::console::auth {
namespace {

/// Characters that must remain after everything guessable is taken away.
constexpr std::size_t kMinOwn = 6;

std::size_t codePoints(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
    return count;
}

/// Lower case, with the usual substitutions undone: "P@ssw0rd" is "password".
std::string plainForm(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '@': case '4': out += 'a'; break;
            case '0': out += 'o'; break;
            case '3': out += 'e'; break;
            case '$': case '5': out += 's'; break;
            case '7': out += 't'; break;
            default: out += lowerAscii(c);
        }
    }
    return out;
}

/// The length of a run at the start: the same character, or one up or one down each ("1234", "dcba"); 0 below three.
std::size_t runAt(std::string_view text) {
    if (text.size() < 3) return 0;
    const int step = text[1] - text[0];
    if (step < -1 || step > 1) return 0;
    std::size_t length = 2;
    while (length < text.size() && text[length] - text[length - 1] == step) ++length;
    return length >= 3 ? length : 0;
}

/// The length of a repetition of what stands right before `at`; 0 when there is none of three or more.
std::size_t repetitionAt(std::string_view text, std::size_t at) {
    for (std::size_t unit = std::min(at, text.size() - at); unit >= 3; --unit) {
        if (text.substr(at - unit, unit) == text.substr(at, unit)) return unit;
    }
    return 0;
}

std::size_t contextAt(std::string_view text, const std::vector<std::string>& words) {
    std::size_t longest = 0;
    for (const auto& word : words) {
        if (word.size() > longest && text.substr(0, word.size()) == word) longest = word.size();
    }
    return longest;
}

std::size_t yearAt(std::string_view text) {
    const bool century = text.substr(0, 2) == "19" || text.substr(0, 2) == "20";
    const auto digit = [&](std::size_t i) { return text.size() > i && text[i] >= '0' && text[i] <= '9'; };
    return century && digit(2) && digit(3) ? 4 : 0;
}

std::vector<std::string> contextWords(const std::vector<std::string>& context) {
    std::vector<std::string> out = {"masthead", "headscale", "tailscale", "tailnet", "wireguard", "localhost"};
    for (const auto& text : context) {
        std::string word;
        for (const char c : lowerAscii(text) + " ") {
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
                word += c;
                continue;
            }
            if (word.size() >= 3) out.push_back(word);
            word.clear();
        }
    }
    return out;
}

/// Distinct characters left after words, runs, years and repetitions are struck out of `text`. Distinct, so that filler
/// such as "!?!?!?" counts once per character.
std::size_t ownCharacters(std::string_view text, std::string_view plain, const std::vector<std::string>& words) {
    std::string own;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t taken = std::max(commonWordAt(text.substr(at)), contextAt(text.substr(at), words));
        taken = std::max(taken, std::max(commonWordAt(plain.substr(at)), contextAt(plain.substr(at), words)));
        taken = std::max(taken, std::max(runAt(text.substr(at)), yearAt(text.substr(at))));
        taken = std::max(taken, repetitionAt(text, at));
        if (taken > 0) {
            at += taken;
            continue;
        }
        if (own.find(text[at]) == std::string::npos) own += text[at];
        ++at;
    }
    return own.size();
}

bool letter(char c) { return (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0; }

/// A well-known password with digits and signs around it, or written several times: "monkey!2024monkey!2024", "!!dragon!!99".
bool paddedBreach(std::string_view lower) {
    constexpr std::size_t kPadding = 16;
    constexpr std::size_t kLongest = 40;
    for (std::size_t unit = 4; unit <= lower.size() / 2; ++unit) {
        if (lower.size() % unit != 0 || lower.substr(0, lower.size() - unit) != lower.substr(unit)) continue;
        if (breachedPassword(lower.substr(0, unit)) || paddedBreach(lower.substr(0, unit))) return true;
    }
    std::size_t last_letter = 0;  // one past it
    for (std::size_t i = 0; i < lower.size(); ++i) last_letter = letter(lower[i]) ? i + 1 : last_letter;
    for (std::size_t start = 0; start < std::min(lower.size(), kPadding); ++start) {
        // Digits alone count from five: every pair of years is made of fours.
        const std::size_t shortest = std::max<std::size_t>(last_letter > start ? 4 : 5, last_letter > start ? last_letter - start : 0);
        for (std::size_t length = shortest; length <= std::min(lower.size() - start, kLongest); ++length) {
            const std::string_view core = lower.substr(start, length);
            // A known phrase with something added is left to the words in it.
            if (core.find(' ') == std::string_view::npos && breachedPassword(core)) return true;
        }
        if (letter(lower[start])) break;
    }
    return false;
}

}  // namespace

std::optional<std::string> unusablePassword(std::string_view password) {
    if (password.size() > kMaxPasswordBytes || codePoints(password) > kMaxPassword) return "A password has at most 256 characters.";
    if (!detail::validUtf8(password)) return "The password is not valid text.";
    for (const char c : password) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return "A password has no control characters.";
    }
    return std::nullopt;
}

std::string normalizedPassword(std::string_view password) {
    utf8proc_uint8_t* text = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(password.data()), static_cast<utf8proc_ssize_t>(password.size()), &text,
                                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, void (*)(void*)> owner(text, std::free);
    if (length < 0) return std::string(password);
    return std::string(reinterpret_cast<const char*>(text), static_cast<std::size_t>(length));
}

std::optional<std::string> weakPassword(std::string_view given, const std::vector<std::string>& context, std::size_t shortest) {
    if (auto reason = unusablePassword(given)) return reason;
    const std::string password = normalizedPassword(given);
    if (codePoints(password) < shortest) {
        return "A password has at least " + std::to_string(shortest) + " characters. A few unrelated words make a good one.";
    }
    const std::string lower = lowerAscii(password);
    if (breachedPassword(lower) || breachedPassword(plainForm(lower)) || paddedBreach(lower)) {
        return "This password is among those that attackers try first. Choose another.";
    }
    if (ownCharacters(lower, plainForm(lower), contextWords(context)) < kMinOwn) {
        return "This password is easy to guess: it is made of well-known words, names, years or repetitions. Add something of your own.";
    }
    return std::nullopt;
}

}  // namespace masthead::console::auth
