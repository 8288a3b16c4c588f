// The handlers of the routes outside of /admin, by their names in plugin.json. Implemented in pages/.
#pragma once

#include <masthead/http.hpp>
#include <string>
#include <utility>
#include <vector>

namespace onboarding {

class Desk;

/// Called once, in the plugin's constructor: the desk is not open yet, but its address is final.
std::vector<std::pair<std::string, masthead::RouteHandler>> publicRoutes(Desk& desk, masthead::Host host);

}  // namespace onboarding
