// The HTML and text pages of the public listener, in short forms of our own. Pure functions.
#pragma once

#include <string>

#include "demo/http_server.hpp"

namespace masthead::demo {

HttpResponse blankPage();
HttpResponse registerPage(const std::string& auth_id);
HttpResponse authPage(const std::string& auth_id);
HttpResponse applePage(const std::string& server_url);
HttpResponse appleProfile(const std::string& platform, const std::string& server_url);
HttpResponse windowsPage(const std::string& server_url);
HttpResponse swaggerPage();
HttpResponse favicon();
/// 0.29's /swagger/v1/openapiv2.json, or 0.30's /api/v1/openapi* and docs: paths and methods of the operation table.
HttpResponse apiDescription(const std::string& path);

std::string htmlEscaped(std::string_view text);

}  // namespace masthead::demo
