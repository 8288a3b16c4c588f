// Cookies: reading one by name, and the cookies the console sets. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace masthead::console {

inline constexpr const char* kSessionCookie = "__Host-masthead";
/// Marks a browser that signed in before; grants nothing.
inline constexpr const char* kDeviceCookie = "__Host-masthead-dev";

/// Every value sent under exactly this name: more than one is an attack and must be refused.
std::vector<std::string> cookieValues(std::string_view header, std::string_view name);
/// Set-Cookie for a session token; an empty token clears the cookie.
std::string sessionCookie(const std::string& token);
/// Set-Cookie that marks this browser as known for 180 days.
std::string deviceCookie(const std::string& value);

}  // namespace masthead::console
