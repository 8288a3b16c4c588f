// The programs kept in data_dir/versions: which are there, which one was adopted last, adopting one. Files are put in place
// whole or not at all (written beside, synced, renamed). Not thread-safe; the caller holds the data directory's lock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/config/paths.hpp"
#include "host/headscale/releases/failure.hpp"

namespace masthead::headscale::releases {

struct Installed {
    std::string version;  // the folder's name
    std::string path;
};

class Library {
public:
    explicit Library(const config::Paths& paths) : directory_(paths.versionsDir()) {}

    std::vector<Installed> list() const;
    std::optional<Installed> find(const std::string& version) const;
    /// The version last adopted by hand; empty when none was.
    std::string current() const;
    Status setCurrent(const std::string& version);

    std::string partPath(const std::string& sha256) const;
    Status prepareParts() const;

    /// Moves a verified file into versions/<version>/headscale after trying it; on failure nothing is installed.
    std::optional<Failure> install(const std::string& file, const std::string& version);
    /// Copies FILE first. `version` may be empty when the program tells its own.
    Result<Installed> adopt(const std::string& file, std::string version, Failure& failure);

private:
    std::string directory_;
};

}  // namespace masthead::headscale::releases
