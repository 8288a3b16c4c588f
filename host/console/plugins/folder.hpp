// A plugin's folder on disk, checked before anything of it is used: real directories and files only, owned by root or by us,
// writable by nobody else, every file listed in plugin.sums with its hash. The checked descriptors are the ones used.
//
// openFolder() is thread-safe; a Folder owns its descriptors. Errors: NotFound (no such folder), FailedPrecondition
// (ownership, mode, symbolic link, changed file, not trusted): the message names the file, what was found and what to do.
#pragma once

#include <map>
#include <string>

#include "host/base/result.hpp"
#include "host/base/unique_fd.hpp"
#include "host/config/config.hpp"

namespace masthead::console::plugins {

enum class Origin { Core, Pinned, Unsigned };
const char* originName(Origin origin);

struct Folder {
    std::string id, path;
    Origin origin = Origin::Unsigned;
    std::string manifest;     // bytes of plugin.json, as hashed
    std::string sums_digest;  // SHA-256 of plugin.sums, hex
    std::string web_digest;   // names the assets in their address; changes with every byte of web/
    bool has_web = false;
    UniqueFd module;  // the shared object, as hashed
};

Result<Folder> openFolder(const config::Plugins& settings, const std::string& id);

/// "<hash>  <path>" lines as path -> hash. InvalidArgument with the line number.
Result<std::map<std::string, std::string>> parseSums(const std::string& text);

}  // namespace masthead::console::plugins
