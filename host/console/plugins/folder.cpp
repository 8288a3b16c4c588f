#include "host/console/plugins/folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/text.hpp"
#include "host/console/plugins/manifest.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::size_t kMaxFile = std::size_t{64} << 20;
constexpr std::size_t kMaxFiles = 2000;
constexpr int kMaxDepth = 8;

Error refused(std::string message) { return Error{Code::FailedPrecondition, std::move(message)}; }

Status checkOwner(const struct stat& info, const std::string& path) {
    if (info.st_uid != 0 && info.st_uid != geteuid()) {
        return refused(path + " belongs to uid " + std::to_string(info.st_uid) + ", expected root or uid " +
                       std::to_string(geteuid()) + ": chown it");
    }
    if ((info.st_mode & 022) != 0) {
        char mode[8];
        std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(info.st_mode & 07777));
        return refused(path + " has the mode " + mode +
                       ", expected one without write permission for group and others: chmod go-w it");
    }
    return {};
}

/// Opens `name` below `directory` without following symbolic links and checks what it is.
Result<UniqueFd> openChecked(int directory, const std::string& name, const std::string& path, bool want_directory) {
    UniqueFd fd(openat(directory, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd) {
        if (errno == ELOOP)
            return refused(path + " is a symbolic link, expected a real " + (want_directory ? "directory" : "file"));
        return systemError("opening " + path, errno);
    }
    struct stat info {};
    if (fstat(fd.get(), &info) != 0) return systemError("reading the attributes of " + path, errno);
    if (want_directory ? !S_ISDIR(info.st_mode) : !S_ISREG(info.st_mode))
        return refused(path + " is not a " + (want_directory ? "directory" : "regular file"));
    if (auto owner = checkOwner(info, path); !owner) return std::move(owner).error();
    return fd;
}

Result<std::string> readAll(int fd, const std::string& path) {
    std::string out;
    char buffer[65536];
    for (;;) {
        const ssize_t count = read(fd, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return systemError("reading " + path, errno);
        if (count == 0) return out;
        out.append(buffer, static_cast<std::size_t>(count));
        if (out.size() > kMaxFile) return Error{Code::ResourceExhausted, path + " is larger than 64 MiB"};
    }
}

struct OpenFile {
    UniqueFd fd;
    std::string content;
};

/// Reads every file below the folder through checked descriptors.
class Walker {
public:
    Status walk(int directory, const std::string& relative, const std::string& path, int depth) {
        if (depth > kMaxDepth) return refused(path + " is nested more than " + std::to_string(kMaxDepth) + " folders deep");
        // The stream takes over a descriptor of its own.
        std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(dup(directory)), &closedir);
        if (!stream) return systemError("listing " + path, errno);
        std::vector<std::string> names;
        while (const dirent* entry = readdir(stream.get())) {
            if (const std::string name = entry->d_name; name != "." && name != "..") names.push_back(name);
        }
        std::sort(names.begin(), names.end());
        for (const auto& name : names) {
            struct stat info {};
            const std::string child_path = joinPath(path, name), child_relative = relative.empty() ? name : relative + "/" + name;
            if (fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0)
                return systemError("reading the attributes of " + child_path, errno);
            auto fd = openChecked(directory, name, child_path, S_ISDIR(info.st_mode));
            if (!fd) return std::move(fd).error();
            if (auto done = S_ISDIR(info.st_mode) ? walk(fd->get(), child_relative, child_path, depth + 1)
                                                  : take(std::move(*fd), child_relative, child_path);
                !done)
                return done;
        }
        return {};
    }
    std::map<std::string, OpenFile> files;

private:
    Status take(UniqueFd fd, const std::string& relative, const std::string& path) {
        if (files.size() >= kMaxFiles) return refused("the folder has more than " + std::to_string(kMaxFiles) + " files");
        auto content = readAll(fd.get(), path);
        if (!content) return std::move(content).error();
        files.emplace(relative, OpenFile{std::move(fd), std::move(*content)});
        return {};
    }
};

Status compareWithSums(const std::map<std::string, OpenFile>& files, const std::map<std::string, std::string>& sums) {
    for (const auto& [name, file] : files) {
        if (name == "plugin.sums" || name == "plugin.sums.sig") continue;
        const auto listed = sums.find(name);
        if (listed == sums.end()) return refused("the file " + name + " is not listed in plugin.sums: the plugin was modified");
        const std::string found = sha256Hex(file.content);
        if (found != listed->second)
            return refused("the file " + name + " has the SHA-256 " + found + ", plugin.sums expects " + listed->second +
                           ": the plugin was modified");
    }
    for (const auto& [name, hash] : sums) {
        if (files.count(name) == 0)
            return refused("the file " + name + " is listed in plugin.sums but missing: the plugin was modified");
    }
    return {};
}

/// core.sums beside the folders, made with them by the build or the package; absent when nothing is of core origin.
Result<std::map<std::string, std::string>> coreSums(int plugins_dir, const std::string& path) {
    if (struct stat info{}; fstatat(plugins_dir, "core.sums", &info, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
        return std::map<std::string, std::string>();
    auto fd = openChecked(plugins_dir, "core.sums", path, false);
    if (!fd) return std::move(fd).error();
    auto text = readAll(fd->get(), path);
    if (!text) return std::move(text).error();
    auto sums = parseSums(*text);
    if (!sums) return std::move(sums).error().within(path);
    return sums;
}

/// How the configuration names a plugin with its pin.
std::string pinned(const std::string& id, const std::string& digest) { return "{id: " + id + ", sha256: " + digest + "}"; }

Result<Origin> decideOrigin(const config::Plugins& settings, const std::string& id, const std::string& digest,
                            const std::map<std::string, std::string>& core) {
    if (const auto pin = settings.pinned.find(id); pin != settings.pinned.end()) {
        if (lowerAscii(pin->second) == digest) return Origin::Pinned;
        return refused("plugin.sums has the SHA-256 " + digest + ", the configuration pins " + pin->second +
                       ": install the pinned version, or pin this one under plugins.enabled as " + pinned(id, digest));
    }
    const auto listed = core.find(id);
    if (listed != core.end() && listed->second == digest) return Origin::Core;
    if (std::find(settings.allow_unsigned.begin(), settings.allow_unsigned.end(), id) != settings.allow_unsigned.end())
        return Origin::Unsigned;
    if (listed != core.end()) {
        return refused("plugin.sums has the SHA-256 " + digest + ", core.sums expects " + listed->second +
                       ": the plugin that came with Masthead was modified; reinstall it");
    }
    return refused("the plugin is not part of Masthead and not pinned: write it under plugins.enabled as " + pinned(id, digest) +
                   ", or name it under plugins.allow_unsigned");
}

}  // namespace

const char* originName(Origin origin) {
    switch (origin) {
        case Origin::Core: return "core";
        case Origin::Pinned: return "pinned";
        case Origin::Unsigned: break;
    }
    return "unsigned";
}

Result<std::map<std::string, std::string>> parseSums(const std::string& text) {
    std::map<std::string, std::string> out;
    std::size_t number = 0;
    for (const auto line : split(text, '\n')) {
        ++number;
        if (line.empty()) continue;
        const std::string hash(line.substr(0, 64));
        const bool hex = hash.size() == 64 && hash.find_first_not_of("0123456789abcdef") == std::string::npos;
        if (!hex || line.size() < 67 || line.substr(64, 2) != "  ") {
            return Error{Code::InvalidArgument, "line " + std::to_string(number) + " is not \"<sha256>  <path>\""};
        }
        if (!out.emplace(std::string(line.substr(66)), hash).second)
            return Error{Code::InvalidArgument, "line " + std::to_string(number) + " names a file twice"};
    }
    return out;
}

Result<Folder> openFolder(const config::Plugins& settings, const std::string& id) {
    if (!validPluginId(id)) return Error{Code::InvalidArgument, "\"" + id + "\" is not the id of a plugin"};
    auto plugins_dir = openChecked(AT_FDCWD, settings.dir, settings.dir, true);
    if (!plugins_dir) return std::move(plugins_dir).error();
    Folder folder;
    folder.id = id;
    folder.path = joinPath(settings.dir, id);
    auto directory = openChecked(plugins_dir->get(), id, folder.path, true);
    if (!directory) return std::move(directory).error();

    Walker walker;
    if (auto walked = walker.walk(directory->get(), "", folder.path, 0); !walked) return std::move(walked).error();
    for (const char* needed : {"plugin.json", "plugin.sums"}) {
        if (walker.files.count(needed) == 0) return refused(joinPath(folder.path, needed) + " is missing");
    }
    const std::string module_name = id + ".so";
    if (walker.files.count(module_name) == 0)
        return refused(joinPath(folder.path, module_name) + " is missing: the shared object is named after the plugin's id");

    const std::string& sums_text = walker.files["plugin.sums"].content;
    folder.sums_digest = sha256Hex(sums_text);
    auto core = coreSums(plugins_dir->get(), joinPath(settings.dir, "core.sums"));
    if (!core) return std::move(core).error();
    auto origin = decideOrigin(settings, id, folder.sums_digest, *core);
    if (!origin) return std::move(origin).error();
    folder.origin = *origin;
    auto sums = parseSums(sums_text);
    if (!sums) return std::move(sums).error().within(joinPath(folder.path, "plugin.sums"));
    if (auto same = compareWithSums(walker.files, *sums); !same) return std::move(same).error();

    std::string web_list;
    for (const auto& [name, hash] : *sums) {
        if (name.rfind("web/", 0) == 0) web_list += hash + name;
    }
    folder.has_web = !web_list.empty();
    folder.web_digest = sha256Hex(web_list).substr(0, 16);
    folder.manifest = std::move(walker.files["plugin.json"].content);
    folder.module = std::move(walker.files[module_name].fd);
    return folder;
}

}  // namespace masthead::console::plugins
