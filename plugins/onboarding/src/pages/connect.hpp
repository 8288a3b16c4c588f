// /connect: how to bring a device into this network with the official clients, one platform at a time.
#pragma once

#include "domain/settings.hpp"
#include "pages/page.hpp"
#include "pages/platforms.hpp"

namespace onboarding::pages {

masthead::Reply connectPage(const Visit& visit, const Settings& settings, std::string_view wanted_platform);

/// One numbered step; `more` is a command, a file or a drawing.
Html step(const Visit& visit, const char* english, const char* chinese, const Html& more = {});
/// A command line; pages.js puts the key a person has into it.
Html command(const Visit& visit, std::string_view text, bool takes_key);
/// "tailscale login --login-server=..." for the client of a desktop; the key is added where the person has one.
Html loginCommand(const Visit& visit, std::string_view program);

Html desktopSteps(const Visit& visit, Platform platform);
Html phoneSteps(const Visit& visit, Platform platform);
Html linuxSteps(const Visit& visit);
Html applianceSteps(const Visit& visit);

}  // namespace onboarding::pages
