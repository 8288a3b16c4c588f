#include "host/console/http/cookies.hpp"

#include "host/base/text.hpp"

namespace masthead::console {

std::vector<std::string> cookieValues(std::string_view header, std::string_view name) {
    std::vector<std::string> out;
    for (auto part : split(header, ';')) {
        part = trim(part);
        const auto equals = part.find('=');
        if (equals == std::string_view::npos || part.substr(0, equals) != name) continue;
        out.emplace_back(part.substr(equals + 1));
    }
    return out;
}

std::string sessionCookie(const std::string& token) {
    return std::string(kSessionCookie) + "=" + token + "; Path=/; Secure; HttpOnly; SameSite=Strict" + (token.empty() ? "; Max-Age=0" : "");
}

std::string deviceCookie(const std::string& value) {
    return std::string(kDeviceCookie) + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=15552000";
}

}  // namespace masthead::console
