#include "host/headscale/releases/version.hpp"

#include "host/base/text.hpp"

namespace masthead::headscale::releases {

namespace {
constexpr int kOldestMinor = 28;
constexpr int kNewestMinor = 30;
}  // namespace

std::string printedVersion(std::string_view output) {
    const auto line = trim(output.substr(0, output.find('\n')));
    if (line.empty()) return {};
    const auto space = line.find_last_of(" \t");
    const auto last = space == std::string_view::npos ? line : line.substr(space + 1);
    if (last.size() > 64 ||
        last.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-_") != std::string_view::npos)
        return {};
    const bool told = space == std::string_view::npos || line.find("version") != std::string_view::npos;
    return told && (last == "dev" || minorNumber(last)) ? std::string(last) : std::string();
}

std::string bareVersion(std::string_view version) {
    if (!version.empty() && version.front() == 'v') version.remove_prefix(1);
    return std::string(version);
}

std::optional<int> minorNumber(std::string_view version) {
    if (!version.empty() && version.front() == 'v') version.remove_prefix(1);
    if (version.substr(0, 2) != "0.") return std::nullopt;
    version.remove_prefix(2);
    return parseUnsigned<std::uint16_t>(version.substr(0, version.find_first_not_of("0123456789")));
}

bool supported(std::string_view version) {
    const auto minor = minorNumber(version);
    return minor && *minor >= kOldestMinor && *minor <= kNewestMinor;
}

}  // namespace masthead::headscale::releases
