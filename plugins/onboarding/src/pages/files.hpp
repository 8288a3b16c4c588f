// Settings files that point an official client at our server: the registry on Windows, a profile on Apple's systems.
// Pure functions; the address is checked, so that it cannot break out of the files' syntax.
#pragma once

#include <string>
#include <string_view>

namespace onboarding::pages {

/// For regedit: UTF-16 is customary, but plain ASCII is read as well. Empty when the address has bytes no https address has.
std::string registryFile(std::string_view server_url);

enum class AppleTarget { Ios, Macos };
/// A configuration profile. macOS gets both builds' settings in one. Empty as above. The ids are made of the address: the
/// same profile again replaces the one before.
std::string appleProfile(std::string_view server_url, AppleTarget target);

}  // namespace onboarding::pages
