#include "pages/platforms.hpp"

#include <string>

#include "text/hygiene.hpp"

namespace onboarding::pages {

const char* idOf(Platform platform) {
    switch (platform) {
        case Platform::Windows: return "windows";
        case Platform::Macos: return "macos";
        case Platform::Ios: return "ios";
        case Platform::Android: return "android";
        case Platform::Linux: return "linux";
        case Platform::Appliance: return "appliance";
    }
    return "linux";
}

const char* titleOf(Platform platform, bool chinese) {
    switch (platform) {
        case Platform::Windows: return "Windows";
        case Platform::Macos: return "macOS";
        case Platform::Ios: return "iPhone, iPad";
        case Platform::Android: return "Android";
        case Platform::Linux: return "Linux";
        case Platform::Appliance: return chinese ? "NAS 与路由器" : "NAS, router";
    }
    return "Linux";
}

Platform choosePlatform(std::string_view wanted, std::string_view user_agent) {
    for (const auto platform : kPlatforms) {
        if (wanted == idOf(platform)) return platform;
    }
    const std::string seen = platformOf(user_agent);
    for (const auto platform : kPlatforms) {
        if (seen == idOf(platform)) return platform;
    }
    // ChromeOS runs Android apps, and its official client is the Android one.
    return seen == "chromeos" ? Platform::Android : Platform::Linux;
}

PackageManager packageManagerOf(std::string_view user_agent) {
    const std::string agent = lowerAscii(user_agent.substr(0, 512));
    const auto names = [&](const char* word) { return agent.find(word) != std::string::npos; };
    if (names("fedora") || names("red hat") || names("centos") || names("rhel")) return PackageManager::Dnf;
    if (names("arch linux") || names("manjaro")) return PackageManager::Pacman;
    if (names("suse")) return PackageManager::Zypper;
    if (names("alpine")) return PackageManager::Apk;
    return PackageManager::Apt;
}

}  // namespace onboarding::pages
