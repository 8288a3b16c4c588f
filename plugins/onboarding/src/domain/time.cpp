#include "domain/time.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace onboarding {
namespace {

bool number(std::string_view text, std::size_t at, std::size_t length, int& out) {
    if (at + length > text.size()) return false;
    const char* first = text.data() + at;
    const auto [end, code] = std::from_chars(first, first + length, out);
    return code == std::errc() && end == first + length && out >= 0;
}

constexpr struct {
    char letter;
    std::int64_t ms;
} kUnits[] = {{'d', kDay}, {'h', kHour}, {'m', kMinute}, {'s', kSecond}};

/// Offset of the zone in seconds; nothing when `text` is none.
std::optional<std::int64_t> zone(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    int hours = 0, minutes = 0;
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
    if (!number(text, 1, 2, hours) || !number(text, 4, 2, minutes) || hours > 23 || minutes > 59) return std::nullopt;
    return (hours * 60 + minutes) * 60 * (text[0] == '-' ? -1 : 1);
}

}  // namespace

std::int64_t wallMs() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string formatTime(std::int64_t ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(ms)};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(at - day);
    char buffer[64];
    int size = std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                             static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                             static_cast<int>(clock.seconds().count()));
    std::string out(buffer, static_cast<std::size_t>(size));
    if (clock.subseconds().count() != 0) {
        size = std::snprintf(buffer, sizeof buffer, ".%03d", static_cast<int>(clock.subseconds().count()));
        out.append(buffer, static_cast<std::size_t>(size));
    }
    return out + "Z";
}

std::optional<std::int64_t> parseTime(std::string_view text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!number(text, 0, 4, year) || !number(text, 5, 2, month) || !number(text, 8, 2, day) || !number(text, 11, 2, hour) ||
        !number(text, 14, 2, minute) || !number(text, 17, 2, second)) {
        return std::nullopt;
    }
    if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    std::size_t at = 19;
    std::int64_t millis = 0, scale = 100;
    if (at < text.size() && text[at] == '.') {
        const std::size_t digits = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, scale /= 10) millis += (text[at] - '0') * scale;
        if (at == digits) return std::nullopt;
    }
    const auto offset = zone(text.substr(at));
    if (!offset) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t out = (days * 86400 + hour * 3600 + minute * 60 + second - *offset) * 1000 + millis;
    // An offset may lead out of the years that formatTime can write.
    constexpr std::int64_t kLast = 253'402'300'799'999;
    if (out < 0 || out > kLast) return std::nullopt;
    return out;
}

std::optional<std::int64_t> parseDuration(std::string_view text) {
    if (text.size() < 2 || text.size() > 10) return std::nullopt;
    std::int64_t count = 0;
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size() - 1, count);
    if (code != std::errc() || end != text.data() + text.size() - 1 || count < 0 || count > 1000000) return std::nullopt;
    for (const auto& unit : kUnits) {
        if (unit.letter == text.back()) return count * unit.ms;
    }
    return std::nullopt;
}

std::string formatDuration(std::int64_t ms) {
    for (const auto& unit : kUnits) {
        if (ms != 0 && ms % unit.ms == 0) return std::to_string(ms / unit.ms) + unit.letter;
    }
    return std::to_string(ms / kSecond) + "s";
}

}  // namespace onboarding
