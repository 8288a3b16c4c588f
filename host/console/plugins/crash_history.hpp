// CrashHistory: turns what a dead process left behind into crash records, and answers whether a plugin may be loaded.
// Thread-safe (all state is in the database). Records are audited and logged.
#pragma once

#include <optional>

#include "host/console/plugins/crash_markers.hpp"
#include "host/console/plugins/crash_policy.hpp"
#include "host/console/services.hpp"

namespace masthead::console::plugins {

class CrashHistory {
public:
    explicit CrashHistory(Services& services) : services_(services) {}

    /// One culprit is counted; several that were running when the process was killed are logged as suspects only.
    void absorb(const LastWords& words);
    CrashVerdict judge(const std::string& plugin, const std::string& version);
    /// Forgets the crashes so far; ends a quarantine.
    Status forgive(const std::string& plugin);
    /// {"at","version","entry","signal","call"} or null.
    Json last(const std::string& plugin);

private:
    Services& services_;
};

}  // namespace masthead::console::plugins
