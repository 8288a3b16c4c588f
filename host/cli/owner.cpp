#include "host/cli/owner.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "host/base/file.hpp"

namespace masthead::cli {

Status becomeOwner(const std::string& directory) {
    struct stat info {};
    if (::geteuid() != 0 || ::stat(directory.c_str(), &info) != 0 || info.st_uid == 0) return {};
    if (::setgroups(0, nullptr) != 0 || ::setresgid(info.st_gid, info.st_gid, info.st_gid) != 0 ||
        ::setresuid(info.st_uid, info.st_uid, info.st_uid) != 0) {
        return systemError("becoming the owner of " + directory, errno);
    }
    return {};
}

}  // namespace masthead::cli
