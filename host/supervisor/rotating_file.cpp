#include "host/supervisor/rotating_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "host/base/log.hpp"

namespace masthead::supervisor {

void RotatingFile::complain(const char* what, int error_number) {
    if (complained_) return;
    complained_ = true;
    log::warning(std::string(what) + " log file " + path_ + ": " + std::strerror(error_number) +
                 "; lines go to standard error only");
}

void RotatingFile::open() {
    fd_.reset(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
    if (!fd_) return complain("opening", errno);
    struct stat info {};
    size_ = ::fstat(fd_.get(), &info) == 0 ? static_cast<std::uint64_t>(info.st_size) : 0;
}

void RotatingFile::rotate() {
    fd_.reset();
    for (int i = files_ - 1; i > 0; --i) {
        const std::string from = i == 1 ? path_ : path_ + "." + std::to_string(i - 1);
        std::rename(from.c_str(), (path_ + "." + std::to_string(i)).c_str());
    }
    open();
}

void RotatingFile::append(std::string_view line) {
    if (!fd_) open();
    if (fd_ && size_ > 0 && size_ + line.size() + 1 > max_bytes_) rotate();
    if (!fd_) return;
    std::string text(line);
    text += '\n';
    const ssize_t written = ::write(fd_.get(), text.data(), text.size());
    if (written < 0) {
        complain("writing", errno);
        fd_.reset();
    } else {
        size_ += static_cast<std::uint64_t>(written);
    }
}

}  // namespace masthead::supervisor
