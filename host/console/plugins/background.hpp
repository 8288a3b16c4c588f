// Background: the thread of one plugin that runs its jobs when they are due and hands it the events it subscribed to.
//
// One thread per plugin that has either: jobs and events of one plugin never run at the same time, those of different
// plugins do. Thread-safe. A Background whose stop() answered false must be kept for good: its thread still waits for a hung
// call.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "host/console/events/event_bus.hpp"
#include "host/console/plugins/instance.hpp"

namespace masthead::console::plugins {

class Background {
public:
    Background(std::shared_ptr<Instance> instance, Services& services);
    ~Background() { stop(0); }
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    Status runSoon(const std::string& job);
    /// Tells the call under way to give up and waits for the thread. False when it has not ended within `timeout_ms`.
    bool stop(std::int64_t timeout_ms);
    /// [{"id","title","last_run_at","outcome","detail","report"}]
    Json jobs() const;

    static bool needed(const Instance& instance) { return !instance.manifest().jobs.empty() || instance.hearsEvents(); }

private:
    struct Schedule {
        std::int64_t due_at = -1;  // steady ms; -1 = not scheduled
        int failures = 0;
        Json last = Json::object();
    };

    void work(const std::stop_token& stopping);
    void runDue(const std::stop_token& stopping);
    void run(const JobDeclaration& job, const std::stop_token& stopping);

    std::shared_ptr<Instance> instance_;
    Services& services_;
    std::shared_ptr<Subscription> subscription_;
    std::set<std::string> subscribes_;
    mutable std::mutex mutex_;  // guards schedules_ and ended_
    std::condition_variable changed_;
    bool ended_ = false;
    std::map<std::string, Schedule> schedules_;
    std::jthread thread_;
};

}  // namespace masthead::console::plugins
