// What the host remembers about plugins: their crashes (CrashStore) and the host's own state per plugin (PluginStateStore).
// Thread-safe; every method is one transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/json.hpp"
#include "host/base/result.hpp"

namespace masthead::console::store {

class Database;

struct Crash {
    std::int64_t id = 0;
    std::string plugin;
    std::int64_t at = 0;  // wall ms
    Json detail;          // {"version","entry","signal","uptime_ms",...}
};

class CrashStore {
public:
    explicit CrashStore(Database& database) : database_(database) {}
    Status add(const std::string& plugin, std::int64_t at, const Json& detail);
    /// Newest first, those at or after `since`.
    Result<std::vector<Crash>> list(const std::string& plugin, std::int64_t since, std::uint32_t limit = 100);
    Result<std::optional<Crash>> last(const std::string& plugin);

private:
    Database& database_;
};

/// One JSON document per plugin, the host's own: quarantine, store format, permissions already suggested.
class PluginStateStore {
public:
    explicit PluginStateStore(Database& database) : database_(database) {}
    /// An empty object when nothing was kept yet.
    Result<Json> get(const std::string& plugin);
    Status put(const std::string& plugin, const Json& state);

private:
    Database& database_;
};

}  // namespace masthead::console::store
