#include "time.hpp"

#include <chrono>

namespace nodes {
namespace {

bool number(std::string_view text, std::size_t at, std::size_t length, int& out) {
    if (at + length > text.size()) return false;
    out = 0;
    for (std::size_t i = at; i < at + length; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        out = out * 10 + (text[i] - '0');
    }
    return true;
}

}  // namespace

std::optional<std::int64_t> parseTime(std::string_view text) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (!number(text, 0, 4, year) || !number(text, 5, 2, month) || !number(text, 8, 2, day) || !number(text, 11, 2, hour) ||
        !number(text, 14, 2, minute) || !number(text, 17, 2, second)) {
        return std::nullopt;
    }
    const char between = text[10];
    if (text[4] != '-' || text[7] != '-' || (between != 'T' && between != 't') || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 59) return std::nullopt;

    std::size_t at = 19;
    if (at < text.size() && text[at] == '.') {
        const std::size_t digits = ++at;
        while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
        if (at == digits) return std::nullopt;
    }
    std::int64_t offset = 0;
    if (at + 1 == text.size() && (text[at] == 'Z' || text[at] == 'z')) {
        offset = 0;
    } else if (at + 6 == text.size() && (text[at] == '+' || text[at] == '-') && text[at + 3] == ':') {
        int hours = 0, minutes = 0;
        if (!number(text, at + 1, 2, hours) || !number(text, at + 4, 2, minutes) || hours > 23 || minutes > 59)
            return std::nullopt;
        offset = (hours * 60 + minutes) * 60 * (text[at] == '-' ? -1 : 1);
    } else {
        return std::nullopt;
    }
    const auto days = std::chrono::sys_days(date).time_since_epoch().count();
    return std::int64_t{days} * 86400 + hour * 3600 + minute * 60 + second - offset;
}

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace nodes
