// An append-only log file that is renamed to <path>.1 ... <path>.9 when it reaches its size. Not thread-safe.
// Errors are reported once through the log and otherwise ignored: logging must not stop a supervisor.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/unique_fd.hpp"

namespace masthead::supervisor {

class RotatingFile {
public:
    explicit RotatingFile(std::string path, std::uint64_t max_bytes = std::uint64_t{10} << 20, int files = 10)
        : path_(std::move(path)), max_bytes_(max_bytes), files_(files) {}
    void append(std::string_view line);

private:
    void open();
    void rotate();
    void complain(const char* what, int error_number);

    std::string path_;
    std::uint64_t max_bytes_;
    int files_;
    UniqueFd fd_;
    std::uint64_t size_ = 0;
    bool complained_ = false;
};

}  // namespace masthead::supervisor
