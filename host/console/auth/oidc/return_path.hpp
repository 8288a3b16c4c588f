// Where a browser goes after signing in: a plain path of the console, whatever was asked for. Pure.
#pragma once

#include <string>
#include <string_view>

namespace masthead::console::oidc {

inline constexpr const char* kHome = "/admin/";

/// `wanted` when it is a path below /admin/ of plain characters, else kHome.
std::string returnPath(std::string_view wanted);

}  // namespace masthead::console::oidc
