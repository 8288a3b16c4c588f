#include "host/cli/admin_password.hpp"

#include <termios.h>
#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "host/base/scope_exit.hpp"

namespace masthead::cli {
namespace {

constexpr std::size_t kMaxLine = 4096;

Result<std::string> line() {
    std::string out;
    if (!std::getline(std::cin, out) || out.size() > kMaxLine) return Error{Code::InvalidArgument, "no password was given on standard input"};
    if (!out.empty() && out.back() == '\r') out.pop_back();
    return out;
}

Result<std::string> askHidden(const std::string& prompt) {
    termios before{};
    if (::tcgetattr(STDIN_FILENO, &before) != 0) return Error{Code::Internal, "the terminal cannot be read without echo"};
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    const ScopeExit restore([&] { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before); });
    std::fputs(prompt.c_str(), stderr);
    auto answer = line();
    std::fputs("\n", stderr);
    return answer;
}

}  // namespace

Result<std::string> readNewPassword(const std::string& whose) {
    if (::isatty(STDIN_FILENO) == 0) return line();
    auto first = askHidden("New password for " + whose + ": ");
    if (!first) return first;
    auto second = askHidden("The same again: ");
    if (!second) return second;
    if (*first != *second) return Error{Code::InvalidArgument, "the two passwords differ"};
    return first;
}

}  // namespace masthead::cli
