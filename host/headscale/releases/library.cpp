#include "host/headscale/releases/library.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "host/base/file.hpp"
#include "host/base/random.hpp"
#include "host/base/scope_exit.hpp"
#include "host/base/text.hpp"
#include "host/headscale/releases/run_version.hpp"
#include "host/headscale/releases/version.hpp"

namespace masthead::headscale::releases {
namespace {

bool isVersionName(std::string_view name) {
    return minorNumber(name).has_value() && name.size() <= 64 &&
           name.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz.-") == std::string_view::npos;
}

Status copyFile(const std::string& from, const std::string& to) {
    UniqueFd in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!in) return systemError("opening " + from, errno);
    struct stat info {};
    if (::fstat(in.get(), &info) != 0 || !S_ISREG(info.st_mode)) return Error{Code::InvalidArgument, from + " is not a file"};
    UniqueFd out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0700));
    if (!out) return systemError("creating " + to, errno);
    for (off_t left = info.st_size; left > 0;) {
        const ssize_t moved = ::sendfile(out.get(), in.get(), nullptr, static_cast<std::size_t>(left));
        if (moved < 0 && errno == EINTR) continue;
        if (moved < 0) return systemError("copying " + from, errno);
        if (moved == 0) return Error{Code::FailedPrecondition, from + " became shorter while it was copied"};
        left -= moved;
    }
    return {};
}

Status syncFile(const std::string& path) {
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return systemError("opening " + path, errno);
    if (::fsync(fd.get()) != 0) return systemError("syncing " + path, errno);
    return {};
}

Failure storage(const Error& error) {
    return {"storage", error.message, "Check the permissions and the free space of data_dir."};
}

}  // namespace

std::vector<Installed> Library::list() const {
    std::vector<Installed> out;
    const std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(directory_.c_str()), &::closedir);
    while (const dirent* entry = dir ? ::readdir(dir.get()) : nullptr) {
        if (!isVersionName(entry->d_name)) continue;
        if (auto found = find(entry->d_name)) out.push_back(*found);
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.version < b.version; });
    return out;
}

std::optional<Installed> Library::find(const std::string& version) const {
    const std::string path = directory_ + "/" + version + "/headscale";
    if (!isVersionName(version) || !fileExists(path)) return std::nullopt;
    return Installed{version, path};
}

std::string Library::current() const {
    const auto text = readFile(directory_ + "/current", 256);
    const std::string version = text ? std::string(trim(*text)) : std::string();
    return isVersionName(version) ? version : std::string();
}

Status Library::setCurrent(const std::string& version) { return writeFileAtomic(directory_ + "/current", version + "\n", 0644); }

std::string Library::partPath(const std::string& sha256) const { return directory_ + "/.parts/" + sha256; }

Status Library::prepareParts() const { return ensureDirectory(directory_ + "/.parts", 0700); }

std::optional<Failure> Library::install(const std::string& file, const std::string& version) {
    if (::chmod(file.c_str(), 0755) != 0) return storage(systemError("making " + file + " executable", errno));
    if (auto synced = syncFile(file); !synced) return storage(synced.error());
    if (auto runs = runVersion(file); !runs) {
        return Failure{"binary-broken", "headscale " + version + " was not installed: " + runs.error().message,
                       "Fetch it again, or give another program by `masthead headscale use FILE`."};
    }
    const std::string folder = directory_ + "/" + version;
    const bool fresh = !fileExists(folder);
    if (auto made = ensureDirectory(folder, 0755); !made) return storage(made.error());
    if (::rename(file.c_str(), (folder + "/headscale").c_str()) != 0) {
        const auto error = systemError("installing " + folder + "/headscale", errno);
        if (fresh) ::rmdir(folder.c_str());
        return storage(error);
    }
    if (auto synced = syncDirectory(folder); !synced) return storage(synced.error());
    if (auto synced = syncDirectory(directory_); !synced) return storage(synced.error());
    return std::nullopt;
}

Result<Installed> Library::adopt(const std::string& file, std::string version, Failure& failure) {
    const auto fail = [&](Failure why) {
        failure = std::move(why);
        return Error{Code::FailedPrecondition, failure.message};
    };
    if (!fileExists(file)) return fail({"binary-missing", "there is no file " + file, "Give the path of a headscale program."});
    if (auto made = prepareParts(); !made) return fail(storage(made.error()));
    const std::string copy = partPath("adopt-" + randomToken(6));
    ScopeExit cleanup([&] { ::unlink(copy.c_str()); });
    if (auto copied = copyFile(file, copy); !copied) return fail(storage(copied.error()));
    const auto printed = runVersion(copy);
    if (!printed)
        return fail({"binary-broken", file + " cannot be used: " + printed.error().message,
                     "Give a headscale program for this machine."});
    if (*printed != "dev" && version.empty()) version = bareVersion(*printed);
    if (version.empty())
        return fail({"version-unsupported", file + " tells only \"dev\" as its version",
                     "Say which it is: masthead headscale use FILE --version 0.29.2"});
    if (!isVersionName(version) || !supported(version)) {
        return fail({"version-unsupported", "headscale " + version + " is not supported", "Use 0.28, 0.29 or 0.30."});
    }
    if (auto refused = install(copy, version)) return fail(std::move(*refused));
    cleanup.dismiss();
    if (auto set = setCurrent(version); !set) return fail(storage(set.error()));
    return Installed{version, directory_ + "/" + version + "/headscale"};
}

}  // namespace masthead::headscale::releases
