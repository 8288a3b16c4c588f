// The processor a program file is made for, read from its ELF header. Pure but for reading the file.
#pragma once

#include <string>
#include <string_view>

namespace masthead::headscale::releases {

/// "amd64", "arm64", or "unknown": what this process itself runs on.
std::string_view ownArchitecture();

/// Empty when the file is a program for this machine (or a script); else what is wrong with it, for people.
std::string whyNotRunnable(const std::string& path);

}  // namespace masthead::headscale::releases
