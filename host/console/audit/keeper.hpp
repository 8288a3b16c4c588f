// Keeper: what the audit log needs from time to time. Carries the counter file after the log, makes the checkpoint of the
// minute, tells browsers and the sink of new records, removes what is older than the retention.
//
// look(), retain() and restored() may be called from any thread; start() and stop() belong to the console.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "host/base/clock.hpp"
#include "host/base/result.hpp"
#include "host/console/audit/audit_log.hpp"

namespace masthead::console {
class EventBus;
}

namespace masthead::console::audit {

class Keeper {
public:
    struct Parts {
        store::Database& database;
        AuditLog& log;
        const Clock& clock;
        EventBus* events;          // null: nobody listens
        std::string head_file;
        std::uint32_t retention_days = 0;  // 0 = for ever
        std::string archive_dir = {};      // empty: removed records are gone
        std::function<void()> grown = {};  // the log has new records
        /// The counter file and the log contradict each other: told once per finding.
        std::function<void(const std::string& what)> alarm = {};
    };
    static constexpr std::int64_t kCheckpointMs = 60 * 1000;

    explicit Keeper(Parts parts);
    ~Keeper();
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;

    /// FailedPrecondition when the log is shorter or other than the counter file says; the file is then left as it is.
    Status look();
    /// Removes records beyond the retention, below a checkpoint, under a signed record. The number of records removed.
    Result<std::int64_t> retain();
    /// To be called once a database was replaced by an older one on purpose: a signed record links both heads, and the
    /// counter file follows the log again. `who` names the principal; its action and object are set here.
    Status restored(Entry who, const std::string& reason);
    /// The last finding of look(); empty when there is none.
    std::string problem() const;

    void start();
    /// Leaves a last checkpoint behind.
    void stop();

private:
    Status follow();
    void work(const std::stop_token& stop);

    Parts parts_;
    std::mutex look_mutex_;           // one look at a time; guards the three below
    std::int64_t seen_ = -1;          // newest record told of
    std::int64_t unsealed_since_ = -1;  // steady ms
    std::int64_t retained_at_ = -1;   // steady ms
    mutable std::mutex mutex_;        // guards problem_ and dirty_
    std::string problem_;
    int dirty_ = 1;                   // looks still to be taken at short intervals
    std::condition_variable_any changed_;
    std::jthread worker_;
};

}  // namespace masthead::console::audit
