#include "host/headscale/releases/elf.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "host/base/unique_fd.hpp"

namespace masthead::headscale::releases {
namespace {

std::string machineName(unsigned machine) {
    if (machine == EM_X86_64) return "amd64";
    if (machine == EM_AARCH64) return "arm64";
    if (machine == EM_386) return "386";
    if (machine == EM_ARM) return "arm";
    return "machine " + std::to_string(machine);
}

}  // namespace

std::string_view ownArchitecture() {
#if defined(__x86_64__)
    return "amd64";
#elif defined(__aarch64__)
    return "arm64";
#else
    return "unknown";
#endif
}

std::string whyNotRunnable(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) return std::strerror(errno);
    if (!S_ISREG(info.st_mode)) return "is not a file";
    if (::access(path.c_str(), X_OK) != 0) return "is not executable";
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return std::strerror(errno);
    std::array<unsigned char, 20> head{};
    const ssize_t got = ::pread(fd.get(), head.data(), head.size(), 0);
    if (got >= 2 && head[0] == '#' && head[1] == '!') return {};
    if (got < static_cast<ssize_t>(head.size()) || std::memcmp(head.data(), ELFMAG, SELFMAG) != 0)
        return "is no program for Linux";
    const bool little = head[EI_DATA] == ELFDATA2LSB;
    const unsigned machine = little ? head[18] + 256U * head[19] : 256U * head[18] + head[19];
    const std::string name = machineName(machine);
    if (name != ownArchitecture()) return "is made for " + name + ", and this machine is " + std::string(ownArchitecture());
    return {};
}

}  // namespace masthead::headscale::releases
