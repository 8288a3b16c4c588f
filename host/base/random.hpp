// Cryptographic randomness from the kernel. Thread-safe; aborts the process if the kernel cannot deliver.
#pragma once

#include <cstddef>
#include <string>

namespace masthead {

std::string randomBytes(std::size_t count);
/// base64url text of `bytes` random bytes (32 bytes give 43 characters, 256 bit).
std::string randomToken(std::size_t bytes);

}  // namespace masthead
