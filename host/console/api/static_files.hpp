// Files below one directory, with type, ETag, caching and a precompressed variant when there is one.
//
// Thread-safe, no state but the directory. Symbolic links and ".." cannot leave the directory (openat2 RESOLVE_BENEATH).
#pragma once

#include <string>
#include <string_view>

#include "host/console/http/request.hpp"
#include "host/console/http/response.hpp"

namespace masthead::console::api {

enum class Caching {
    Never,        // pages
    Revalidate,   // a stable name
    ByName,       // immutable when the name carries a content hash, else as Revalidate
    Immutable,    // the path carries the digest
};

/// 404 as a problem when there is no such file.
Response serveFile(const std::string& directory, const std::string& relative, const Request& request, Caching caching);
/// "text/javascript; charset=utf-8" and so on; application/octet-stream for what is unknown.
std::string contentType(std::string_view name);
/// "index-DiwrgTda.js": eight or more characters between the last '-' or '.' and the extension, a digit or a capital among them.
bool hashedName(std::string_view name);

}  // namespace masthead::console::api
