#include "host/base/timestamp.hpp"

#include <charconv>
#include <cstdio>

namespace masthead {
namespace {

// Days from civil and back: Howard Hinnant's algorithms, valid for the whole proleptic Gregorian calendar.
std::int64_t daysFromCivil(std::int64_t year, unsigned month, unsigned day) {
    year -= month <= 2;
    const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
    const auto year_of_era = static_cast<unsigned>(year - era * 400);
    const unsigned day_of_year = (153 * (month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;
    const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + static_cast<std::int64_t>(day_of_era) - 719468;
}

struct Civil {
    std::int64_t year;
    unsigned month, day;
};

Civil civilFromDays(std::int64_t days) {
    days += 719468;
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto day_of_era = static_cast<unsigned>(days - era * 146097);
    const unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const unsigned shifted = (5 * day_of_year + 2) / 153;
    const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
    const std::int64_t year = static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2);
    return {year, month, day_of_year - (153 * shifted + 2) / 5 + 1};
}

bool digits(std::string_view text, std::size_t at, std::size_t count, unsigned& out) {
    if (at + count > text.size()) return false;
    const char* first = text.data() + at;
    const auto [end, code] = std::from_chars(first, first + count, out);
    return code == std::errc() && end == first + count;
}

unsigned daysInMonth(unsigned year, unsigned month) {
    static constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays[month - 1];
}

}  // namespace

std::string formatTimestamp(std::int64_t wall_ms) {
    std::int64_t days = wall_ms / 86400000;
    std::int64_t rest = wall_ms % 86400000;
    if (rest < 0) {
        rest += 86400000;
        --days;
    }
    const Civil date = civilFromDays(days);
    char buffer[64];
    const auto seconds = rest / 1000;
    int size = std::snprintf(buffer, sizeof buffer, "%04lld-%02u-%02uT%02lld:%02lld:%02lld",
                             static_cast<long long>(date.year), date.month, date.day,
                             static_cast<long long>(seconds / 3600), static_cast<long long>(seconds / 60 % 60),
                             static_cast<long long>(seconds % 60));
    std::string out(buffer, static_cast<std::size_t>(size));
    if (rest % 1000 != 0) {
        size = std::snprintf(buffer, sizeof buffer, ".%03lld", static_cast<long long>(rest % 1000));
        out.append(buffer, static_cast<std::size_t>(size));
    }
    return out + "Z";
}

std::optional<std::int64_t> parseTimestamp(std::string_view text) {
    unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!digits(text, 0, 4, year) || !digits(text, 5, 2, month) || !digits(text, 8, 2, day) ||
        !digits(text, 11, 2, hour) || !digits(text, 14, 2, minute) || !digits(text, 17, 2, second)) {
        return std::nullopt;
    }
    if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month) || hour > 23 || minute > 59 ||
        second > 59) {
        return std::nullopt;
    }
    std::size_t at = 19;
    std::int64_t millis = 0;
    if (at < text.size() && text[at] == '.') {
        std::int64_t scale = 100;
        const std::size_t start = ++at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
            millis += (text[at++] - '0') * scale;
            scale /= 10;
        }
        if (at == start) return std::nullopt;
    }
    std::int64_t offset_minutes = 0;
    const std::string_view zone = text.substr(at);
    if (zone != "Z" && zone != "z") {
        unsigned zone_hour = 0, zone_minute = 0;
        if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' ||
            !digits(zone, 1, 2, zone_hour) || !digits(zone, 4, 2, zone_minute) || zone_hour > 23 || zone_minute > 59) {
            return std::nullopt;
        }
        offset_minutes = static_cast<std::int64_t>(zone_hour * 60 + zone_minute) * (zone[0] == '-' ? -1 : 1);
    }
    const std::int64_t days = daysFromCivil(year, month, day);
    const std::int64_t seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset_minutes * 60;
    return seconds * 1000 + millis;
}

}  // namespace masthead
