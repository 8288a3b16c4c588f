// The key-value store behind masthead.store/1: one isolated root per plugin, revisions, compare-and-set, atomic batches.
//
// Thread-safe. An ok answer survives kill -9. Keys are paths of [A-Za-z0-9._-] segments (512 bytes), values bytes
// (256 KiB), a batch 128 operations and 1 MiB, 64 MiB per plugin; beyond: ResourceExhausted. A wrong revision: Conflict,
// nothing written. Sealed values are encrypted with the host's key before they reach the database.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/result.hpp"

namespace masthead::console::store {

class Database;
class Sealer;

struct KeyValue {
    std::string value;
    std::int64_t revision = 0;
    bool sealed = false;
};

struct KeyValueOp {
    enum class Kind { Put, Delete, Check };
    Kind kind = Kind::Put;
    std::string key;
    std::string value = {};
    std::int64_t expected_revision = -1;  // -1 = any, 0 = must not exist, else must match
    bool sealed = false;
};

class KeyValueStore {
public:
    KeyValueStore(Database& database, Sealer& sealer) : database_(database), sealer_(sealer) {}

    /// NotFound when there is no such key.
    Result<KeyValue> get(const std::string& plugin, const std::string& key);
    /// The new revision.
    Result<std::int64_t> put(const std::string& plugin, const std::string& key, const std::string& value, bool sealed = false);
    /// Ok also when the key did not exist.
    Status remove(const std::string& plugin, const std::string& key);
    /// Direct children below `prefix` ("" = the root) in byte order, after `after`; one with children of its own ends in "/".
    Result<std::vector<std::string>> list(const std::string& plugin, const std::string& prefix, const std::string& after,
                                          std::uint32_t limit);
    /// Conflict when the key's revision is not `expected` (0 = must not exist).
    Result<std::int64_t> compareAndSet(const std::string& plugin, const std::string& key, std::int64_t expected,
                                       const std::string& value, bool sealed = false);
    /// All or nothing. Revisions of the puts in their order; 0 for deletes and checks.
    Result<std::vector<std::int64_t>> batch(const std::string& plugin, const std::vector<KeyValueOp>& operations);

    static constexpr std::size_t kMaxKey = 512;
    static constexpr std::size_t kMaxValue = 256 * 1024;
    static constexpr std::size_t kMaxBatchOperations = 128;
    static constexpr std::size_t kMaxBatchBytes = 1024 * 1024;
    static constexpr std::int64_t kMaxPlugin = std::int64_t{64} << 20;

private:
    Database& database_;
    Sealer& sealer_;
};

}  // namespace masthead::console::store
