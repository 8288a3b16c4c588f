#include "pages/files.hpp"

#include <algorithm>

#include "crypto/codec.hpp"

namespace onboarding::pages {
namespace {

bool plainAddress(std::string_view url) {
    return url.substr(0, 4) == "http" && url.size() < 512 && std::all_of(url.begin(), url.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                      std::string_view("-._~:/[]%").find(c) != std::string_view::npos;
           });
}

std::string uuidOf(std::string_view url, std::string_view part) {
    std::string hex = sha256(std::string(url) + " " + std::string(part)).substr(0, 32);
    hex[12] = '8';
    hex[16] = 'a';
    for (const std::size_t at : {20u, 16u, 12u, 8u}) hex.insert(at, "-");
    return hex;
}

std::string payload(std::string_view url, std::string_view type) {
    const std::string name(type);
    return "    <dict>\n"
           "      <key>PayloadType</key><string>" + name + "</string>\n"
           "      <key>PayloadUUID</key><string>" + uuidOf(url, type) + "</string>\n"
           "      <key>PayloadIdentifier</key><string>masthead.connect." + name + "</string>\n"
           "      <key>PayloadVersion</key><integer>1</integer>\n"
           "      <key>PayloadEnabled</key><true/>\n"
           "      <key>ControlURL</key><string>" + std::string(url) + "</string>\n"
           "    </dict>\n";
}

}  // namespace

std::string registryFile(std::string_view server_url) {
    if (!plainAddress(server_url)) return {};
    return "Windows Registry Editor Version 5.00\r\n\r\n"
           "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Tailscale]\r\n\"LoginURL\"=\"" + std::string(server_url) + "\"\r\n\r\n"
           "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Tailscale IPN]\r\n\"LoginURL\"=\"" + std::string(server_url) + "\"\r\n";
}

std::string appleProfile(std::string_view server_url, AppleTarget target) {
    if (!plainAddress(server_url)) return {};
    const bool ios = target == AppleTarget::Ios;
    const std::string payloads =
        ios ? payload(server_url, "io.tailscale.ipn.ios") : payload(server_url, "io.tailscale.ipn.macos") + payload(server_url, "io.tailscale.ipn.macsys");
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
           "<plist version=\"1.0\">\n<dict>\n"
           "  <key>PayloadType</key><string>Configuration</string>\n"
           "  <key>PayloadVersion</key><integer>1</integer>\n"
           "  <key>PayloadUUID</key><string>" + uuidOf(server_url, ios ? "ios" : "macos") + "</string>\n"
           "  <key>PayloadIdentifier</key><string>masthead.connect." + (ios ? "ios" : "macos") + "</string>\n"
           "  <key>PayloadDisplayName</key><string>Masthead</string>\n"
           "  <key>PayloadDescription</key><string>Points Tailscale at " + std::string(server_url) + "</string>\n"
           "  <key>PayloadRemovalDisallowed</key><false/>\n"
           "  <key>PayloadContent</key>\n  <array>\n" + payloads + "  </array>\n</dict>\n</plist>\n";
}

}  // namespace onboarding::pages
