// Cookies: reading one by name, and the one cookie the console sets. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace masthead::console {

inline constexpr const char* kSessionCookie = "__Host-masthead";

/// Every value sent under exactly this name: more than one is an attack and must be refused.
std::vector<std::string> cookieValues(std::string_view header, std::string_view name);
/// Set-Cookie for a session token; an empty token clears the cookie.
std::string sessionCookie(const std::string& token);

}  // namespace masthead::console
