// A fresh directory (mode 0700) below $TMPDIR, removed with everything in it when the object dies.
#pragma once

#include <string>

namespace masthead::testing {

class TempDir {
public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

}  // namespace masthead::testing
