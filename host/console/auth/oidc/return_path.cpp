#include "host/console/auth/oidc/return_path.hpp"

#include <algorithm>

namespace masthead::console::oidc {

std::string returnPath(std::string_view wanted) {
    constexpr std::string_view kBase = "/admin/";
    constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/";
    const bool plain = wanted.size() <= 512 && wanted.substr(0, kBase.size()) == kBase && wanted.find_first_not_of(kPlain) == std::string_view::npos &&
                       wanted.find("//") == std::string_view::npos && wanted.find("..") == std::string_view::npos && wanted.find("/./") == std::string_view::npos;
    // The API is no page: nobody is sent there with a fresh session.
    if (!plain || wanted.substr(0, 11) == "/admin/api/") return kHome;
    return std::string(wanted);
}

}  // namespace masthead::console::oidc
