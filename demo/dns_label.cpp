#include "demo/dns_label.hpp"

#include <cstdio>

#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

constexpr std::size_t kLongestLabel = 63;

bool alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Go prints a byte as the character with that code.
std::string goQuoteByte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' || c == '\\') return std::string("'\\") + c + "'";
    if (byte >= 0x20 && byte < 0x7f) return std::string("'") + c + "'";
    char buffer[16];
    if (byte >= 0xa1 && byte != 0xad) {
        std::snprintf(buffer, sizeof buffer, "'%c%c'", 0xc0 | (byte >> 6), 0x80 | (byte & 0x3f));
    } else {
        std::snprintf(buffer, sizeof buffer, byte < 0x80 ? "'\\x%02x'" : "'\\u00%02x'", byte);
    }
    return buffer;
}

}  // namespace

std::string goQuote(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        char buffer[8];
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else if (byte < 0x20 || byte == 0x7f) {
            std::snprintf(buffer, sizeof buffer, "\\x%02x", byte);
            out += buffer;
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string labelProblem(std::string_view label) {
    const std::string quoted = goQuote(label);
    if (label.empty()) return "empty DNS label";
    if (label.size() > kLongestLabel) return quoted + " is too long, max length is 63 bytes";
    const std::string invalid = quoted + " is not a valid DNS label: ";
    if (!alphanumeric(label.front())) return invalid + "must start with a letter or number";
    if (!alphanumeric(label.back())) return invalid + "must end with a letter or number";
    for (const char c : label.substr(1)) {
        if (!alphanumeric(c) && c != '-') return invalid + "contains invalid character " + goQuoteByte(c);
    }
    return {};
}

std::string labelFromHostname(std::string_view hostname) {
    std::string out;
    for (const char c : lowerAscii(hostname)) {
        if (alphanumeric(c)) {
            out += c;
        } else if (!out.empty() && out.back() != '-') {
            out += '-';
        }
    }
    if (out.size() > kLongestLabel) out.resize(kLongestLabel);
    while (!out.empty() && out.back() == '-') out.pop_back();
    return out;
}

}  // namespace masthead::demo
