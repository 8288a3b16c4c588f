// CallRunner: the threads on which all plugin code runs, so that a call that hangs can be answered for without it.
//
// Thread-safe. A task that is not done in time goes on running on its thread; whatever it uses must be owned by it. The
// threads have an alternate signal stack for the crash handler. stop() waits for idle threads and leaves hung ones behind.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace masthead::console::plugins {

class CallRunner {
public:
    explicit CallRunner(std::size_t max_threads = 64);
    ~CallRunner();
    CallRunner(const CallRunner&) = delete;
    CallRunner& operator=(const CallRunner&) = delete;

    enum class Outcome {
        Done,
        TimedOut,    // it runs on, nobody waits
        NotStarted,  // no thread became free in time; it will never run
    };
    Outcome run(std::function<void()> task, std::int64_t timeout_ms);

    /// Threads that are busy with a task nobody waits for any more.
    std::size_t stuck() const;
    /// Tasks that wait for a thread.
    std::size_t queued() const;
    /// No task starts afterwards. True when no thread was left behind.
    bool stop(std::int64_t timeout_ms);

private:
    struct Task;
    struct Shared;
    static void work(const std::shared_ptr<Shared>& shared);

    std::shared_ptr<Shared> shared_;
    std::size_t max_threads_;
};

}  // namespace masthead::console::plugins
