#include "host/edge/http1/serialize.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>

namespace masthead::edge::http1 {

HeadWriter HeadWriter::request(std::string_view method, std::string_view target) {
    HeadWriter out;
    out.text_.reserve(1024);
    out.text_.append(method).append(" ").append(target).append(" HTTP/1.1\r\n");
    return out;
}

HeadWriter HeadWriter::response(int status, std::string_view reason) {
    HeadWriter out;
    out.text_.reserve(1024);
    out.text_.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason.empty() ? reasonOf(status) : reason).append("\r\n");
    return out;
}

HeadWriter& HeadWriter::add(std::string_view name, std::string_view value) {
    text_.append(name).append(": ").append(value).append("\r\n");
    return *this;
}

HeadWriter& HeadWriter::add(const Fields& fields) {
    for (const auto& field : fields.all()) add(field.name, field.value);
    return *this;
}

std::string HeadWriter::finish() {
    text_ += "\r\n";
    return std::move(text_);
}

std::string_view reasonOf(int status) {
    switch (status) {
        case 100: return "Continue";
        case 101: return "Switching Protocols";
        case 200: return "OK";
        case 302: return "Found";
        case 400: return "Bad Request";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 411: return "Length Required";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 421: return "Misdirected Request";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return "Unknown";
    }
}

std::string httpDate(std::int64_t epoch_s) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto time = static_cast<std::time_t>(epoch_s);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                  parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    return text;
}

std::string chunk(std::string_view data) {
    if (data.empty()) return {};
    char size[20];
    const auto [end, code] = std::to_chars(size, size + sizeof size, data.size(), 16);
    static_cast<void>(code);
    std::string out(size, end);
    out.append("\r\n").append(data).append("\r\n");
    return out;
}

}  // namespace masthead::edge::http1
