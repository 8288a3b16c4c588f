// Forwarder: carries the log to the second sink from a stored position, on a thread of its own. Nobody waits for it.
//
// The store is the queue: what the receiver has not taken lies there, over restarts too. More than kQueue waiting records,
// and the oldest are skipped (they stay in the log here) under an alarm. start() and stop() belong to the console; status(),
// wake() and step() are thread-safe.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/console/audit/log_items.hpp"
#include "host/console/audit/sink/outlet.hpp"

namespace masthead::console::store {
class Database;
}

namespace masthead::console::audit {

class Forwarder {
public:
    static constexpr std::int64_t kQueue = 10'000;
    static constexpr std::int64_t kBatch = 256;
    static constexpr std::int64_t kAlarmMs = 5 * 60 * 1000;   // failing for so long is an alarm too
    static constexpr std::int64_t kMaxWaitMs = 60 * 1000;

    struct Parts {
        store::Database& database;
        const Clock& clock;
        std::string kind;       // "syslog", "http", "file"
        std::string identity;   // of the target: another one starts at the log's end
        std::function<std::unique_ptr<Outlet>(const std::string& host_id)> outlet;
        /// Raised (true) and lifted (false), with a sentence for people.
        std::function<void(bool raised, const std::string& text)> alarm = {};
    };
    explicit Forwarder(Parts parts);
    ~Forwarder();
    Forwarder(const Forwarder&) = delete;
    Forwarder& operator=(const Forwarder&) = delete;

    void start();
    void stop();
    /// There is something new.
    void wake();
    /// Sends one batch; what the thread does over and over. True when more is waiting and the receiver took this.
    bool step(const std::stop_token& stop);
    /// {"kind","state":"ok"|"waiting"|"failing","queued","dropped","alarm","error","last_sent"}
    Json status();

private:
    struct Plan {
        std::vector<SinkMessage> batch;
        Cursor after;
        std::int64_t newest = 0;
    };
    Status load();
    Result<Plan> plan();
    void keep();
    void failed(const Error& error);
    void succeeded(const Plan& plan);
    void judge(std::int64_t newest);
    void work(const std::stop_token& stop);

    Parts parts_;
    std::unique_ptr<Outlet> outlet_;  // of the thread that steps
    bool loaded_ = false;
    bool introduced_ = false;         // a new target has been told where the log begins for it
    Cursor cursor_;                   // handed over up to here
    Cursor safe_;                     // surely arrived up to here
    std::string host_id_;

    std::mutex mutex_;  // guards all below
    std::condition_variable_any changed_;
    bool woken_ = false;
    std::int64_t queued_ = 0, dropped_ = 0;
    std::int64_t failing_since_ = -1;  // steady ms
    std::int64_t wait_ms_ = 0;
    std::int64_t last_sent_ = 0;       // wall ms
    std::int64_t dropped_told_ = 0;
    bool alarm_ = false;
    std::string error_;
    std::jthread worker_;
};

}  // namespace masthead::console::audit
