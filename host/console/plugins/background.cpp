#include "host/console/plugins/background.hpp"

#include <algorithm>
#include <chrono>

#include "host/base/log.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::console::plugins {
namespace {

constexpr std::int64_t kTickMs = 250;
constexpr std::int64_t kMaxBackoffMs = 60 * 60 * 1000;

}  // namespace

Background::Background(std::shared_ptr<Instance> instance, Services& services)
    : instance_(std::move(instance)), services_(services), subscription_(services.events.subscribe()) {
    const Manifest& manifest = instance_->manifest();
    subscribes_.insert(manifest.subscribes.begin(), manifest.subscribes.end());
    const std::int64_t now = services_.clock.steadyMs();
    for (const auto& job : manifest.jobs)
        schedules_[job.id].due_at = job.on_start ? now : job.every_ms > 0 ? now + job.every_ms : -1;
    instance_->host().run_soon = [this](const std::string& job) { return runSoon(job); };
    thread_ = std::jthread([this](const std::stop_token& stopping) {
        work(stopping);
        const std::lock_guard lock(mutex_);
        ended_ = true;
        changed_.notify_all();
    });
}

bool Background::stop(std::int64_t timeout_ms) {
    thread_.request_stop();
    subscription_->close();
    instance_->cancelBackground();
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(timeout_ms), [this] { return ended_; });
}

Status Background::runSoon(const std::string& job) {
    const std::lock_guard lock(mutex_);
    schedules_.at(job).due_at = services_.clock.steadyMs();
    return {};
}

void Background::work(const std::stop_token& stopping) {
    while (!stopping.stop_requested()) {
        const auto event = subscription_->next(kTickMs);
        if (stopping.stop_requested()) return;
        // Taken in any case: a subscription that lags does not wait for the next event.
        const bool lagged = subscription_->takeLagged();
        if (instance_->hearsEvents()) {
            if (lagged) instance_->onEvent("lagged", "{}");
            // Events meant for one browser session are nobody else's business.
            if (event && event->session_id.empty() && subscribes_.count(event->type) > 0)
                instance_->onEvent(event->type, event->data.dump());
        }
        runDue(stopping);
    }
}

void Background::runDue(const std::stop_token& stopping) {
    for (const auto& job : instance_->manifest().jobs) {
        if (stopping.stop_requested()) return;
        {
            const std::lock_guard lock(mutex_);
            auto& schedule = schedules_[job.id];
            if (schedule.due_at < 0 || schedule.due_at > services_.clock.steadyMs()) continue;
            schedule.due_at = -1;  // runSoon during the run asks for one more
        }
        run(job, stopping);
    }
}

void Background::run(const JobDeclaration& job, const std::stop_token& stopping) {
    const std::int64_t started = services_.clock.wallMs();
    auto result = instance_->runJob(job);
    if (stopping.stop_requested()) return;  // it was told to give up
    Json last = Json::object({{"last_run_at", formatTimestamp(started)}, {"outcome", result ? "success" : "failure"}});
    if (result)
        last.set("report", std::move(*result));
    else
        last.set("detail", result.error().message);
    if (!result)
        log::warning("a job failed", {{"plugin", instance_->manifest().id}, {"job", job.id}, {"cause", result.error().message}});

    const std::lock_guard lock(mutex_);
    auto& schedule = schedules_[job.id];
    schedule.failures = result ? 0 : std::min(schedule.failures + 1, 6);
    schedule.last = std::move(last);
    if (schedule.due_at < 0 && job.every_ms > 0) {
        schedule.due_at =
            services_.clock.steadyMs() + std::min(job.every_ms << schedule.failures, std::max(job.every_ms, kMaxBackoffMs));
    }
}

Json Background::jobs() const {
    Json out = Json::array();
    const std::lock_guard lock(mutex_);
    for (const auto& job : instance_->manifest().jobs) {
        Json item = Json::object({{"id", job.id}, {"title", job.title}});
        for (const auto& [name, value] : schedules_.at(job.id).last.members()) item.append(name, value);
        out.push(std::move(item));
    }
    return out;
}

}  // namespace masthead::console::plugins
