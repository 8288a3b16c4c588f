#include "host/console/auth/totp.hpp"

#include <liboath/oath.h>

#include <cstdlib>

#include "host/base/encoding.hpp"

namespace masthead::console::auth {
namespace {

constexpr std::int64_t kHintSteps = 10;
constexpr std::size_t kMostTyped = 32;

std::string percentEncode(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
                           c == '_' || c == '~';
        if (plain) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

}  // namespace

std::string totpCode(std::string_view seed, std::int64_t unix_seconds, unsigned digits, TotpHash hash) {
    char code[10] = {};
    const int flags = hash == TotpHash::Sha256 ? OATH_TOTP_HMAC_SHA256 : hash == TotpHash::Sha512 ? OATH_TOTP_HMAC_SHA512 : 0;
    const int done = digits > 8 ? OATH_INVALID_DIGITS
                                : oath_totp_generate2(seed.data(), seed.size(), unix_seconds,
                                                      static_cast<unsigned>(kTotpStepSeconds), 0, digits, flags, code);
    return done == OATH_OK ? std::string(code) : std::string();
}

std::optional<std::string> tidyTotp(std::string_view typed) {
    if (typed.size() > kMostTyped) return std::nullopt;
    std::string out;
    for (const char c : typed) {
        if (c == ' ') continue;
        if (c < '0' || c > '9') return std::nullopt;
        out += c;
    }
    if (out.size() != 6) return std::nullopt;
    return out;
}

TotpMatch matchTotp(std::string_view seed, std::string_view code, std::int64_t unix_seconds, std::int64_t last_step,
                    bool strict) {
    const std::int64_t now = unix_seconds / kTotpStepSeconds;
    // All steps are computed in every case, so that the time taken tells nothing about how close a guess was.
    std::optional<std::int64_t> fitting;
    for (std::int64_t away = 0; away <= kHintSteps; ++away) {
        for (const std::int64_t step : {now - away, now + away}) {
            const bool equal = equalConstantTime(totpCode(seed, step * kTotpStepSeconds), code);
            if (equal && !fitting) fitting = step;
        }
    }
    if (!fitting) return {};
    const std::int64_t ahead = *fitting - now;
    const bool in_time = ahead == 0 || (ahead == -1 && !strict);
    if (!in_time) return {TotpMatch::Kind::ClockOff, *fitting, ahead * kTotpStepSeconds};
    if (*fitting <= last_step) return {TotpMatch::Kind::Replayed, *fitting, 0};
    return {TotpMatch::Kind::Accepted, *fitting, 0};
}

std::string totpSecretText(std::string_view seed) {
    char* text = nullptr;
    std::size_t length = 0;
    if (oath_base32_encode(seed.data(), seed.size(), &text, &length) != OATH_OK || !text) return {};
    std::string out(text, length);
    std::free(text);
    while (!out.empty() && out.back() == '=') out.pop_back();
    return out;
}

std::string totpUri(std::string_view seed, std::string_view issuer, std::string_view account) {
    return "otpauth://totp/" + percentEncode(issuer) + ":" + percentEncode(account) + "?secret=" + totpSecretText(seed) +
           "&issuer=" + percentEncode(issuer) + "&algorithm=SHA1&digits=6&period=" + std::to_string(kTotpStepSeconds);
}

}  // namespace masthead::console::auth
