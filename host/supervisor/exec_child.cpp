#include "host/supervisor/exec_child.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "host/base/log.hpp"
#include "host/base/text.hpp"

namespace masthead::supervisor {

int execChild(int argc, char** argv) {
    if (argc < 5) return 125;
    const auto parent = parseUnsigned<int>(argv[2]);
    if (!parent || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || ::getppid() != *parent) return 125;
    ::umask(0077);
    if (std::strchr(argv[3], 'n') != nullptr) {
        struct rlimit limit {};
        if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
            limit.rlim_cur = limit.rlim_max;
            ::setrlimit(RLIMIT_NOFILE, &limit);
        }
    }
    if (std::strchr(argv[3], 'l') != nullptr) ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
    ::execv(argv[4], argv + 4);
    const int error = errno;
    log::error(std::string("cannot run ") + argv[4] + ": " + std::strerror(error));
    return error == ENOENT ? 127 : 126;
}

}  // namespace masthead::supervisor
