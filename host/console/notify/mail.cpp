#include "host/console/notify/mail.hpp"

#include <algorithm>
#include <ctime>

#include "host/base/encoding.hpp"
#include "host/console/net/smtp.hpp"
#include "host/console/notify/texts.hpp"

namespace masthead::console::notify {
namespace {

constexpr std::size_t kWord = 42;  // bytes of one encoded word: 56 characters in base64, within the 75 allowed

std::string hexByte(char c) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    return {'=', kDigits[byte >> 4], kDigits[byte & 15]};
}

std::string two(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

bool plainHeader(std::string_view text) {
    return text.size() <= 60 && text.find("=?") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

std::string safeToken(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-') out += c;
    }
    return out.empty() ? "masthead" : out;
}

}  // namespace

std::string encodedHeader(std::string_view text) {
    const std::string line = oneLine(text, 800);
    if (plainHeader(line)) return line;
    std::string out;
    for (std::size_t at = 0; at < line.size();) {
        std::size_t end = std::min(at + kWord, line.size());
        while (end < line.size() && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
        out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64Encode(line.substr(at, end - at)) + "?=";
        at = end;
    }
    return out;
}

std::string quotedPrintable(std::string_view text) {
    std::string out;
    std::size_t column = 0;
    const auto put = [&](const std::string& piece) {
        if (column + piece.size() > 75) {
            out += "=\r\n";
            column = 0;
        }
        out += piece;
        column += piece.size();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool line_end = i + 1 == text.size() || text[i + 1] == '\n';
        if (c == '\n') {
            out += "\r\n";
            column = 0;
        } else if (c == ' ' || c == '\t') {
            put(line_end ? hexByte(c) : std::string(1, c));
        } else if (c > 0x20 && c < 0x7f && c != '=' && !(c == '.' && column == 0)) {
            put(std::string(1, c));
        } else {
            put(hexByte(c));
        }
    }
    return out + "\r\n";
}

std::string mailDate(std::int64_t wall_ms) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = static_cast<std::time_t>(wall_ms / 1000);
    std::tm time{};
    gmtime_r(&seconds, &time);
    return std::string(kDays[time.tm_wday]) + ", " + two(time.tm_mday) + " " + kMonths[time.tm_mon] + " " +
           std::to_string(1900 + time.tm_year) + " " + two(time.tm_hour) + ":" + two(time.tm_min) + ":" + two(time.tm_sec) +
           " +0000";
}

Result<std::string> composeMail(const MailParts& parts) {
    if (!net::validMailAddress(parts.from))
        return Error{Code::InvalidArgument, "the sender is no mail address such as masthead@example.org"};
    std::string to;
    for (const auto& address : parts.to) {
        if (!net::validMailAddress(address))
            return Error{Code::InvalidArgument, "a recipient is no mail address such as admin@example.org"};
        to += (to.empty() ? "" : ",\r\n ") + address;
    }
    if (to.empty()) return Error{Code::InvalidArgument, "there is no recipient"};
    const std::string id = safeToken(parts.id);
    // A name always encoded: quoting rules of plain ones are one more thing to get wrong.
    const std::string name =
        parts.from_name.empty() ? std::string() : "=?UTF-8?B?" + base64Encode(oneLine(parts.from_name, kWord)) + "?= ";
    return "Date: " + mailDate(parts.at) + "\r\nFrom: " + name + "<" + parts.from + ">\r\nTo: " + to +
           "\r\nSubject: " + encodedHeader(parts.subject) + "\r\nMessage-ID: <" + id + "@" + safeToken(parts.domain) +
           ">\r\nX-Masthead-Delivery: " + id +
           "\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; "
           "charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" +
           quotedPrintable(plainText(parts.text, 32 * 1024));
}

}  // namespace masthead::console::notify
