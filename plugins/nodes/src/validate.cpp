#include "validate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "time.hpp"

namespace nodes {
namespace {

using masthead::Code;
using masthead::Error;

bool digit(char c) { return c >= '0' && c <= '9'; }
bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool letter(char c) { return lower(c) || (c >= 'A' && c <= 'Z'); }

Error invalid(std::string message) { return Error{Code::InvalidArgument, std::move(message)}; }

std::vector<std::string> withoutDuplicates(const std::vector<std::string>& texts) {
    std::vector<std::string> out;
    for (const auto& text : texts) {
        if (std::find(out.begin(), out.end(), text) == out.end()) out.push_back(text);
    }
    return out;
}

/// Do any bits beyond the first `length` of the address differ from zero?
bool hasHostBits(const unsigned char* bytes, std::size_t count, unsigned length) {
    for (std::size_t i = 0; i < count * 8; ++i) {
        if (i >= length && ((bytes[i / 8] >> (7 - i % 8)) & 1) != 0) return true;
    }
    return false;
}

Status checkRoute(const std::string& route) {
    const auto slash = route.find('/');
    const std::string address = route.substr(0, slash);
    std::array<unsigned char, 16> bytes{};
    const bool v4 = inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
    if (!v4 && inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) {
        return invalid(quoted(route) +
                       " is not a network: expected an address and a prefix length such as 10.1.0.0/16 or fd00:1::/64");
    }
    const std::size_t count = v4 ? 4 : 16;
    const std::string length_text = slash == std::string::npos ? "" : route.substr(slash + 1);
    if (length_text.empty() || length_text.size() > 3 || !std::all_of(length_text.begin(), length_text.end(), digit)) {
        return invalid(quoted(route) + " needs a prefix length: expected for example " + address + (v4 ? "/32" : "/128"));
    }
    const auto length = static_cast<unsigned>(std::stoul(length_text));
    if (length > count * 8) return invalid(quoted(route) + " has a prefix length beyond /" + std::to_string(count * 8));
    if (hasHostBits(bytes.data(), count, length)) {
        return invalid(quoted(route) + " has bits set behind its prefix length: a network address must end in zero bits");
    }
    return {};
}

}  // namespace

Result<std::string> checkId(const std::string& text, const char* what) {
    if (text.empty() || text.size() > 19 || !std::all_of(text.begin(), text.end(), digit)) {
        return invalid(std::string("the ") + what + " id " + quoted(text) + " is not a number");
    }
    return text;
}

Status checkNodeName(const std::string& name) {
    const bool characters = std::all_of(name.begin(), name.end(), [](char c) { return letter(c) || digit(c) || c == '-'; });
    if (name.empty() || name.size() > 63 || !characters || name.front() == '-' || name.back() == '-') {
        return invalid("the node name " + quoted(name) +
                       " is not usable in DNS: expected 1 to 63 letters, digits or hyphens, with no hyphen at either end");
    }
    return {};
}

Status checkUserName(const std::string& name) {
    const bool characters = std::all_of(
        name.begin(), name.end(), [](char c) { return letter(c) || digit(c) || c == '-' || c == '.' || c == '_' || c == '@'; });
    if (name.size() < 2 || name.size() > 63 || !characters || !letter(name.front()) ||
        std::count(name.begin(), name.end(), '@') > 1) {
        return invalid(
            "the user name " + quoted(name) +
            " is not usable: expected 2 to 63 letters, digits, '-', '.', '_' and at most one '@', beginning with a letter");
    }
    return {};
}

Status checkEmail(const std::string& email) {
    const auto at = email.find('@');
    const bool plain = std::all_of(email.begin(), email.end(), [](char c) { return c > ' ' && c < 0x7f; });
    if (at == std::string::npos || at == 0 || at + 1 == email.size() || email.find('@', at + 1) != std::string::npos || !plain) {
        return invalid(quoted(email) + " is not an email address");
    }
    return {};
}

Status checkText(const std::string& text, const char* what, std::size_t limit) {
    const bool control =
        std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    if (text.size() > limit || control)
        return invalid(std::string("the ") + what + " must be at most " + std::to_string(limit) +
                       " bytes without control characters");
    return {};
}

Result<std::vector<std::string>> checkTags(const Json& tags) {
    std::vector<std::string> out;
    for (const auto& item : tags.items()) {
        const std::string& tag = item.asString();
        const std::string name = tag.rfind("tag:", 0) == 0 ? tag.substr(4) : "";
        const bool characters = std::all_of(name.begin(), name.end(), [](char c) { return lower(c) || digit(c) || c == '-'; });
        if (name.empty() || name.size() > 59 || !characters || !lower(name.front())) {
            return invalid(
                quoted(tag) +
                " is not a tag: expected \"tag:\" followed by lower-case letters, digits or hyphens, beginning with a letter");
        }
        out.push_back(tag);
    }
    std::sort(out.begin(), out.end());
    return withoutDuplicates(out);
}

Result<std::vector<std::string>> checkRoutes(const Json& routes) {
    std::vector<std::string> out;
    for (const auto& item : routes.items()) {
        if (auto route = checkRoute(item.asString()); !route) return std::move(route).error();
        out.push_back(item.asString());
    }
    return withoutDuplicates(out);
}

Result<std::string> checkExpiration(const Json& value) {
    const auto time = parseTime(value.asString());
    if (!time)
        return invalid("the expiration " + quoted(value.asString()) +
                       " is not a time: expected for example 2030-01-31T12:00:00Z");
    if (*time <= now()) return invalid("the expiration " + value.asString() + " has passed: choose a time in the future");
    return value.asString();
}

Status checkRegistrationKey(const std::string& key) {
    const std::string prefix = "hskey-authreq-";
    const std::string tail = key.rfind(prefix, 0) == 0 ? key.substr(prefix.size()) : key;
    const bool characters =
        std::all_of(tail.begin(), tail.end(), [](char c) { return letter(c) || digit(c) || c == '-' || c == '_'; });
    if (tail.size() != 24 || !characters) {
        return invalid(quoted(key) +
                       " is not a registration key: copy it from the page or command that the waiting device shows "
                       "(hskey-authreq- and 24 characters)");
    }
    return {};
}

Result<std::string> checkApiKeyPrefix(const std::string& prefix) {
    const bool characters = std::all_of(prefix.begin(), prefix.end(),
                                        [](char c) { return letter(c) || digit(c) || c == '-' || c == '_' || c == '*'; });
    if (prefix.empty() || prefix.size() > 64 || !characters) return invalid(quoted(prefix) + " is not the prefix of an API key");
    return prefix;
}

bool isExitRoute(const std::string& route) { return route == "0.0.0.0/0" || route == "::/0"; }

Json toJson(const std::vector<std::string>& texts) {
    Json out = Json::array();
    for (const auto& text : texts) out.push(text);
    return out;
}

std::string percentEncode(const std::string& text) {
    static const char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (letter(c) || digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
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

std::string quoted(const std::string& text) {
    std::size_t end = std::min(text.size(), std::size_t{64});
    // Not in the middle of a character: what is left would be no text any more.
    while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    std::string out = "\"";
    for (const char c : text.substr(0, end)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out + (end < text.size() ? "...\"" : "\"");
}

}  // namespace nodes
