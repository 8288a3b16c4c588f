// Runs `masthead prepare` before each start of headscale and reads its result and its progress.
// Not thread-safe; one run at a time. `done` is called exactly once for each start, after a cancel() too.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "host/supervisor/child_log.hpp"
#include "host/supervisor/child_process.hpp"
#include "host/supervisor/event_loop.hpp"
#include "host/supervisor/state_machine.hpp"

namespace masthead::supervisor {

class Prepare {
public:
    struct Hooks {
        std::function<Result<SpawnRequest>()> command;
        std::function<void(std::optional<Reason>)> done;  // nullopt: prepared
        std::function<void(const Json&)> progress;        // {"what","done","total"}
    };
    Prepare(EventLoop& loop, const LogOptions& log, Hooks hooks);
    ~Prepare();
    Prepare(const Prepare&) = delete;
    Prepare& operator=(const Prepare&) = delete;

    Status open() { return log_.open(); }
    void start();
    void cancel();
    bool running() const { return process_.has_value(); }
    pid_t pid() const { return process_ ? process_->pid() : 0; }
    bool checkExit();
    ChildLog& log() { return log_; }

private:
    Status launch();
    std::string readOutput();

    EventLoop& loop_;
    Hooks hooks_;
    ChildLog log_;
    Pipe output_;
    std::optional<ChildProcess> process_;
};

/// The reason in prepare's own words when its output has them, else from exit and log. Pure function.
Reason prepareFailure(const std::string& output, const ExitInfo& exit, const std::vector<std::string>& lines);

/// {"what","done","total"} of a progress line, else nullopt. Pure function.
std::optional<Json> progressIn(std::string_view line);

}  // namespace masthead::supervisor
