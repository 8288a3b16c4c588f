// The last known state of things we only watch (the tailnet), so that a restart can show it at once. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/result.hpp"

namespace masthead::console::store {

class Database;

struct Snapshot {
    std::int64_t at = 0;  // wall ms
    std::string body;     // JSON
};

class SnapshotStore {
public:
    explicit SnapshotStore(Database& database) : database_(database) {}
    Result<std::optional<Snapshot>> get(const std::string& name);
    Status put(const std::string& name, const Snapshot& snapshot);

private:
    Database& database_;
};

}  // namespace masthead::console::store
