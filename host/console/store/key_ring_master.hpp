// Where the master key comes from: systemd's credential "masthead.master-key" when there is one, else keys/master.key (32 random
// bytes, 0600). "<file>.new" exists only while a rotation goes on; the credential "masthead.master-key.previous" and a file
// beside a credential only help to read what they once wrapped. Not thread-safe.
#pragma once

#include <string>
#include <vector>

#include "host/base/result.hpp"
#include "host/console/store/secret_bytes.hpp"

namespace masthead::console::store {

struct MasterKey {
    enum class Origin { Credential, File, NextFile, PreviousCredential };

    Origin origin = Origin::File;
    std::string id;  // 16 hex digits, derived from the key: for people and for finding the fitting key
    SecretBytes key;

    static MasterKey of(Origin origin, SecretBytes key);
};

class MasterKeyPlace {
public:
    /// `credentials` is $CREDENTIALS_DIRECTORY, or empty.
    MasterKeyPlace(std::string file, std::string credentials) : file_(std::move(file)), credentials_(std::move(credentials)) {}
    static MasterKeyPlace ofProcess(std::string file);

    const std::string& file() const { return file_; }
    /// Those that exist, the one to be used first. FailedPrecondition when one of them is damaged.
    Result<std::vector<MasterKey>> read() const;
    /// Makes the file; only where read() gave nothing.
    Result<MasterKey> create() const;

    /// The steps of a rotation, each durable when it returns: write beside, then take its place.
    Status writeNext(const MasterKey& key) const;
    Status promoteNext() const;
    Status dropNext() const;

private:
    Status add(std::vector<MasterKey>& out, MasterKey::Origin origin, const std::string& path) const;

    std::string file_;
    std::string credentials_;
};

}  // namespace masthead::console::store
