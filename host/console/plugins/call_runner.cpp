#include "host/console/plugins/call_runner.hpp"

#include <algorithm>
#include <chrono>

#include "host/console/plugins/crash_markers.hpp"

namespace masthead::console::plugins {
namespace {

enum class State { Queued, Running, Done, Dropped };

}  // namespace

struct CallRunner::Task {
    std::function<void()> body;
    State state = State::Queued;
    bool abandoned = false;
    std::condition_variable finished;
};

struct CallRunner::Shared {
    std::mutex mutex;  // guards everything below and the members of queued and running tasks
    std::condition_variable work, left;
    std::deque<std::shared_ptr<Task>> queue;
    std::size_t threads = 0, idle = 0, stuck = 0;
    bool stopping = false;
};

CallRunner::CallRunner(std::size_t max_threads) : shared_(std::make_shared<Shared>()), max_threads_(max_threads) {}

CallRunner::~CallRunner() { stop(0); }

void CallRunner::work(const std::shared_ptr<Shared>& shared) {
    const AlternateStack stack;
    std::unique_lock lock(shared->mutex);
    for (;;) {
        ++shared->idle;
        shared->work.wait(lock, [&] { return shared->stopping || !shared->queue.empty(); });
        --shared->idle;
        if (shared->queue.empty()) break;
        const auto task = std::move(shared->queue.front());
        shared->queue.pop_front();
        if (task->state == State::Dropped) continue;
        task->state = State::Running;
        lock.unlock();
        task->body();
        task->body = nullptr;
        lock.lock();
        task->state = State::Done;
        if (task->abandoned) --shared->stuck;
        task->finished.notify_all();
    }
    --shared->threads;
    shared->left.notify_all();
}

CallRunner::Outcome CallRunner::run(std::function<void()> body, std::int64_t timeout_ms) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(std::max<std::int64_t>(timeout_ms, 0));
    auto task = std::make_shared<Task>();
    task->body = std::move(body);
    const auto shared = shared_;  // the wait may outlast the runner
    std::unique_lock lock(shared->mutex);
    if (shared->stopping) return Outcome::NotStarted;
    shared->queue.push_back(task);
    if (shared->idle < shared->queue.size() && shared->threads < max_threads_) {
        ++shared->threads;
        // Detached: a thread that a plugin never gives back could not be joined. stop() counts the others out.
        std::thread(&CallRunner::work, shared).detach();
    }
    shared->work.notify_one();
    task->finished.wait_until(lock, deadline, [&] { return task->state == State::Done || task->state == State::Dropped; });
    if (task->state == State::Done) return Outcome::Done;
    if (task->state != State::Running) {
        task->state = State::Dropped;
        return Outcome::NotStarted;
    }
    task->abandoned = true;
    ++shared->stuck;
    return Outcome::TimedOut;
}

std::size_t CallRunner::stuck() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->stuck;
}

std::size_t CallRunner::queued() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->queue.size();
}

bool CallRunner::stop(std::int64_t timeout_ms) {
    std::unique_lock lock(shared_->mutex);
    shared_->stopping = true;
    for (const auto& task : shared_->queue) {
        task->state = State::Dropped;
        task->finished.notify_all();
    }
    shared_->work.notify_all();
    return shared_->left.wait_for(lock, std::chrono::milliseconds(timeout_ms), [&] { return shared_->threads == 0; });
}

}  // namespace masthead::console::plugins
