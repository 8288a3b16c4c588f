// Misbehaviour on demand, read from a JSON file that a test may replace at any time:
//   {"delay_ms": 200, "hang": true, "crash_after_ms": 1000, "errors": {"ListNodes": {"code": 13, "message": "…", "count": 2}}}
// A key of `errors` is an RPC name or "METHOD /path"; `code` below 100 is a gRPC status, else an HTTP status; no `count`
// means every time. Each call looks whether the file changed, so a new content holds from the next call on.
// Thread-safe. pass() may block (delay, hang) until stop().
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "host/base/json.hpp"

namespace masthead::demo {

struct FaultError {
    int code = 2;
    std::string message;
    std::int64_t remaining = -1;  // negative: no end

    int grpcCode() const;
    int httpStatus() const;
};

class Faults {
public:
    /// Empty path: never a fault.
    explicit Faults(std::string path) : path_(std::move(path)) {}

    /// Waits as the file says, then gives the error for one of the names, if any.
    std::optional<FaultError> pass(const std::string& rpc, const std::string& route);
    /// Looks for a change and ends the process when a crash is due; called every 50 ms or so.
    void tick();
    void stop();

private:
    void refresh();
    void load(const std::string& text);

    const std::string path_;
    std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::string seen_;  // size and time of the file as last read
    std::int64_t delay_ms_ = 0;
    bool hang_ = false;
    std::int64_t crash_at_ms_ = 0;
    std::map<std::string, FaultError> errors_;
    bool stopping_ = false;
};

/// HTTP status of a gRPC status, as headscale's gateway maps them.
int httpFromGrpc(int code);

}  // namespace masthead::demo
