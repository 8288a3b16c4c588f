// Verifying the whole log in the store: chain, seals, and the counter file. Thread-safe; a run reads one snapshot, so the
// host may go on writing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/audit/verifier.hpp"

namespace masthead::console::store {
class Database;
}

namespace masthead::console::audit {

struct Verdict {
    std::int64_t records = 0;   // that fit, from the oldest kept on
    std::int64_t from = 0;      // the oldest record kept
    std::int64_t to = 0;        // the newest that fits
    std::int64_t sealed_to = 0;
    std::int64_t checkpoints = 0;
    std::string host;
    std::string head;           // hash of record `to`: worth writing down
    std::optional<Bad> bad;

    /// {"ok","records","from","to","sealed_to","host","head","bad":{"seq","reason"}|null}
    Json json() const;
};

/// `head_file` empty: seals and the counter are not expected (a log that was never sealed). Errors: the store cannot be read.
Result<Verdict> verifyStore(store::Database& database, const std::string& head_file);

}  // namespace masthead::console::audit
