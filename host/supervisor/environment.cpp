#include "host/supervisor/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <string_view>

namespace masthead::supervisor {
namespace {

constexpr std::string_view kNames[] = {"PATH", "LANG", "LC_ALL", "TZ", "HOME", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR"};

bool allowed(std::string_view name, EnvironmentFor whom) {
    if (std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames)) return true;
    if (whom == EnvironmentFor::Headscale) return name.substr(0, 14) == "MASTHEAD_DEMO_";
    // The control descriptor and the crash folder are the supervisor's to name.
    if (name == "MASTHEAD_CONTROL_FD" || name == "MASTHEAD_CRASH_DIR") return false;
    return name == "CREDENTIALS_DIRECTORY" || name.substr(0, 9) == "MASTHEAD_";
}

}  // namespace

std::vector<std::string> allowedEnvironment(const std::vector<std::string>& given, EnvironmentFor whom) {
    std::vector<std::string> out;
    for (const auto& entry : given) {
        const auto equals = entry.find('=');
        if (equals != std::string::npos && allowed(std::string_view(entry).substr(0, equals), whom)) out.push_back(entry);
    }
    return out;
}

std::vector<std::string> currentEnvironment() {
    std::vector<std::string> out;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) out.emplace_back(*entry);
    return out;
}

}  // namespace masthead::supervisor
