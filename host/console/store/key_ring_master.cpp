#include "host/console/store/key_ring_master.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "host/base/encoding.hpp"
#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/console/store/sealer_box.hpp"

namespace masthead::console::store {
namespace {

constexpr const char* kCredential = "masthead.master-key";
constexpr const char* kPreviousCredential = "masthead.master-key.previous";

std::string nextOf(const std::string& file) { return file + ".new"; }

/// A key file restored by hand often comes back with the mode of its archive.
void tighten(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || (info.st_mode & 077) == 0) return;
    const bool done = ::chmod(path.c_str(), 0600) == 0;
    log::warning(done ? "others could read the key file; its mode is 0600 now. If somebody did, run masthead keys rotate"
                      : "others can read the key file and its mode cannot be changed",
                 {{"file", path}});
}

}  // namespace

MasterKey MasterKey::of(Origin origin, SecretBytes key) {
    std::string id = hexEncode(deriveKey(key.view(), "masthead master key id")).substr(0, 16);
    return {origin, std::move(id), std::move(key)};
}

MasterKeyPlace MasterKeyPlace::ofProcess(std::string file) {
    const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
    return {std::move(file), directory ? directory : ""};
}

Status MasterKeyPlace::add(std::vector<MasterKey>& out, MasterKey::Origin origin, const std::string& path) const {
    auto bytes = readFile(path, 64);
    if (!bytes && bytes.error().code == Code::NotFound) return {};
    if (!bytes) return std::move(bytes).error().within("reading the master key");
    if (bytes->size() != kBoxKey) {
        const std::string size = std::to_string(bytes->size());
        wipe(*bytes);
        return Error{Code::FailedPrecondition,
                     "the master key " + path + " has " + size + " bytes instead of 32: restore it from where you keep a copy"};
    }
    out.push_back(MasterKey::of(origin, SecretBytes::take(*bytes)));
    return {};
}

Result<std::vector<MasterKey>> MasterKeyPlace::read() const {
    std::vector<MasterKey> out;
    const auto credential = [&](MasterKey::Origin origin, const char* name) {
        return credentials_.empty() ? Status() : add(out, origin, joinPath(credentials_, name));
    };
    if (Status added = credential(MasterKey::Origin::Credential, kCredential); !added) return std::move(added).error();
    tighten(file_);
    if (Status added = add(out, MasterKey::Origin::File, file_); !added) return std::move(added).error();
    if (Status added = add(out, MasterKey::Origin::NextFile, nextOf(file_)); !added) return std::move(added).error();
    if (Status added = credential(MasterKey::Origin::PreviousCredential, kPreviousCredential); !added)
        return std::move(added).error();
    return out;
}

Result<MasterKey> MasterKeyPlace::create() const {
    MasterKey key = MasterKey::of(MasterKey::Origin::File, SecretBytes::random(kBoxKey));
    if (Status made = ensureDirectory(parentPath(file_), 0700); !made) return std::move(made).error();
    if (Status written = writeFileAtomic(file_, key.key.view(), 0600); !written) return std::move(written).error();
    return key;
}

Status MasterKeyPlace::writeNext(const MasterKey& key) const { return writeFileAtomic(nextOf(file_), key.key.view(), 0600); }

Status MasterKeyPlace::promoteNext() const {
    if (std::rename(nextOf(file_).c_str(), file_.c_str()) != 0) return systemError("replacing the key file " + file_, errno);
    return syncDirectory(parentPath(file_));
}

Status MasterKeyPlace::dropNext() const {
    if (::unlink(nextOf(file_).c_str()) != 0 && errno != ENOENT) return systemError("removing " + nextOf(file_), errno);
    return syncDirectory(parentPath(file_));
}

}  // namespace masthead::console::store
