#include "host/supervisor/port_holder.hpp"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "host/base/file.hpp"
#include "host/base/text.hpp"

namespace masthead::supervisor {
namespace {

constexpr std::string_view kListenState = "0A";

struct DirectoryCloser {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, DirectoryCloser>;

bool holdsOneOf(const std::string& pid, const std::vector<std::string>& links) {
    const std::string folder = "/proc/" + pid + "/fd";
    const Directory directory(::opendir(folder.c_str()));
    if (!directory) return false;
    while (const dirent* entry = ::readdir(directory.get())) {
        char target[64];
        const ssize_t length = ::readlink((folder + "/" + entry->d_name).c_str(), target, sizeof target);
        if (length > 0 &&
            std::find(links.begin(), links.end(), std::string_view(target, static_cast<std::size_t>(length))) != links.end())
            return true;
    }
    return false;
}

}  // namespace

std::vector<std::uint64_t> listeningInodes(std::string_view table, std::uint16_t port) {
    std::vector<std::uint64_t> inodes;
    for (const auto line : split(table, '\n')) {
        std::vector<std::string_view> fields;
        for (const auto field : split(line, ' ')) {
            if (!field.empty()) fields.push_back(field);
        }
        if (fields.size() < 10 || fields[3] != kListenState) continue;
        const auto colon = fields[1].rfind(':');
        if (colon == std::string_view::npos) continue;
        const auto digits = fields[1].substr(colon + 1);
        std::uint16_t found = 0;
        const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), found, 16);
        if (code != std::errc() || end != digits.data() + digits.size() || found != port) continue;
        if (const auto inode = parseUnsigned<std::uint64_t>(fields[9])) inodes.push_back(*inode);
    }
    return inodes;
}

std::optional<PortHolder> findPortHolder(std::uint16_t port) {
    std::vector<std::string> links;
    for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        const auto table = readFile(path);
        if (!table) continue;
        for (const auto inode : listeningInodes(*table, port)) links.push_back("socket:[" + std::to_string(inode) + "]");
    }
    const Directory processes(::opendir("/proc"));
    if (links.empty() || !processes) return std::nullopt;
    while (const dirent* entry = ::readdir(processes.get())) {
        const std::string name = entry->d_name;
        const auto pid = parseUnsigned<pid_t>(name);
        if (!pid || !holdsOneOf(name, links)) continue;
        auto program = readFile("/proc/" + name + "/comm");
        return PortHolder{*pid, program ? std::string(trim(*program)) : std::string("?")};
    }
    return std::nullopt;
}

std::string describePortHolder(std::uint16_t port) {
    const auto holder = findPortHolder(port);
    if (!holder) return "held by a process of another user";
    return "held by pid " + std::to_string(holder->pid) + " (" + holder->program + ")";
}

}  // namespace masthead::supervisor
