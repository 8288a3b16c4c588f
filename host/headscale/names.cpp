#include "host/headscale/names.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "host/base/text.hpp"
#include "host/headscale/versions.hpp"

namespace masthead::headscale {

namespace {

constexpr std::size_t kMostUserName = 128;
constexpr std::size_t kMostNodeName = 63;
constexpr std::size_t kMostTag = 128;
constexpr std::string_view kAuthIdPrefix = "hskey-authreq-";
constexpr std::size_t kAuthIdLength = 24;

bool lower(char c) { return c >= 'a' && c <= 'z'; }
bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return lower(c) || upper(c); }

Error invalid(std::string message) { return Error{Code::InvalidArgument, std::move(message)}; }

// Names come from people and go back to them: bound the length and leave out what would garble a page or a log.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text.substr(0, 80)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out + (text.size() > 80 ? "...\"" : "\"");
}

}  // namespace

Status checkUserName(std::string_view name) {
    if (name.empty()) return invalid("a user needs a name");
    if (name.size() > kMostUserName) return invalid("the user name is longer than " + std::to_string(kMostUserName) + " characters");
    if (!letter(name.front())) return invalid("the user name " + quoted(name) + " must begin with a letter");
    const bool known = std::all_of(name.begin(), name.end(), [](char c) {
        return letter(c) || digit(c) || c == '-' || c == '.' || c == '_' || c == '@';
    });
    if (!known) return invalid("the user name " + quoted(name) + " may hold only letters, digits, '-', '.', '_' and one '@'; put other text into the display name");
    if (std::count(name.begin(), name.end(), '@') > 1) return invalid("the user name " + quoted(name) + " holds more than one '@'");
    return {};
}

Status checkNodeName(std::string_view name) {
    if (name.empty()) return invalid("a node needs a name");
    if (name.size() > kMostNodeName) return invalid("the node name is longer than 63 characters");
    const bool known = std::all_of(name.begin(), name.end(), [](char c) { return letter(c) || digit(c) || c == '-'; });
    if (!known) return invalid("the node name " + quoted(name) + " may hold only letters a to z, digits and '-'");
    if (name.front() == '-' || name.back() == '-') return invalid("the node name " + quoted(name) + " must neither begin nor end with '-'");
    if (std::any_of(name.begin(), name.end(), upper)) {
        return invalid("the node name " + quoted(name) + " must be lower case; try \"" + lowerAscii(name) + "\"");
    }
    return {};
}

Status checkTag(std::string_view tag) {
    if (tag.substr(0, 4) != "tag:") return invalid("the tag " + quoted(tag) + " must begin with \"tag:\"");
    if (tag.size() > kMostTag) return invalid("the tag is longer than " + std::to_string(kMostTag) + " characters");
    const std::string_view rest = tag.substr(4);
    if (rest.empty()) return invalid("the tag \"tag:\" lacks a name");
    if (std::any_of(rest.begin(), rest.end(), upper)) return invalid("the tag " + quoted(tag) + " must be lower case");
    const bool plain = std::all_of(rest.begin(), rest.end(), [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7f && c != ','; });
    if (!plain) return invalid("the tag " + quoted(tag) + " must hold neither spaces nor commas");
    return {};
}

Status checkTags(const std::vector<std::string>& tags) {
    for (const std::string& tag : tags) {
        if (Status one = checkTag(tag); !one) return one;
    }
    return {};
}

Result<std::string> checkRoute(std::string_view route) {
    const std::size_t slash = route.find('/');
    if (slash == std::string_view::npos) return invalid("the route " + quoted(route) + " must be a prefix such as 10.0.0.0/24");
    const std::string host(route.substr(0, slash));
    const auto length = parseUnsigned<unsigned>(route.substr(slash + 1));
    const int family = host.find(':') == std::string::npos ? AF_INET : AF_INET6;
    const unsigned bits = family == AF_INET ? 32 : 128;
    std::array<unsigned char, 16> bytes{};
    if (!length || *length > bits || inet_pton(family, host.c_str(), bytes.data()) != 1) {
        return invalid("the route " + quoted(route) + " is no valid prefix; write for example 10.0.0.0/24 or fd00::/64");
    }
    std::array<unsigned char, 16> masked = bytes;
    for (unsigned bit = *length; bit < bits; ++bit) {
        masked[bit / 8] = static_cast<unsigned char>(masked[bit / 8] & ~(0x80U >> (bit % 8)));
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(family, masked.data(), text.data(), text.size());
    const std::string canonical = std::string(text.data()) + "/" + std::to_string(*length);
    if (masked != bytes) return invalid("the route " + quoted(route) + " has bits set beyond its length; did you mean " + canonical + "?");
    return canonical;
}

Status checkAuthId(std::string_view id, std::string_view minor) {
    std::string_view secret = id;
    const bool prefixed = id.substr(0, kAuthIdPrefix.size()) == kAuthIdPrefix;
    if (prefixed) secret.remove_prefix(kAuthIdPrefix.size());
    const VersionInfo* version = versionInfo(minor);
    const bool prefix_right = version == nullptr || version->prefixed_auth_id == prefixed;
    const bool plain = std::all_of(secret.begin(), secret.end(), [](char c) { return letter(c) || digit(c) || c == '-' || c == '_'; });
    if (prefix_right && secret.size() == kAuthIdLength && plain) return {};
    const bool wants_prefix = version == nullptr || version->prefixed_auth_id;
    return invalid(std::string("this is no registration id; it is the last part of the link the device shows, ") +
                   (wants_prefix ? "\"hskey-authreq-\" and 24 characters" : "24 characters"));
}

Status checkApiKeyPrefix(std::string_view prefix) {
    const bool plain = std::all_of(prefix.begin(), prefix.end(), [](char c) { return letter(c) || digit(c) || c == '-' || c == '_' || c == '*' || c == '.'; });
    if (prefix.empty() || prefix.size() > 64 || !plain) return invalid("this is no prefix of an API key");
    return {};
}

}  // namespace masthead::headscale
