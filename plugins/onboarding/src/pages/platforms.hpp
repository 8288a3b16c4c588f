// The platforms that /connect knows, and which of them a browser runs on. Pure functions.
#pragma once

#include <array>
#include <string_view>

namespace onboarding::pages {

enum class Platform { Windows, Macos, Ios, Android, Linux, Appliance };

inline constexpr std::array<Platform, 6> kPlatforms{Platform::Windows, Platform::Macos,   Platform::Ios,
                                                    Platform::Android, Platform::Linux, Platform::Appliance};

/// windows, macos, ios, android, linux, appliance: the value of ?platform=.
const char* idOf(Platform platform);
const char* titleOf(Platform platform, bool chinese);
/// ?platform= when it names one, else what the User-Agent tells, else Linux.
Platform choosePlatform(std::string_view wanted, std::string_view user_agent);

/// The first words in a page's list: which package manager a Linux browser's User-Agent hints at; apt when it does not.
enum class PackageManager { Apt, Dnf, Pacman, Zypper, Apk };
PackageManager packageManagerOf(std::string_view user_agent);

}  // namespace onboarding::pages
