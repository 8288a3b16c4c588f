#include "host/console/events/event_bus.hpp"

#include <algorithm>
#include <chrono>

namespace masthead::console {

void EventBus::publish(std::string type, std::string permission, Json data, std::string session_id) {
    std::vector<std::shared_ptr<Subscription>> readers;
    Event event;
    const std::lock_guard ordering(publish_mutex_);
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        event = Event{next_id_++, std::move(type), std::move(permission), std::move(data), std::move(session_id)};
        for (const auto& weak : subscriptions_) {
            if (auto reader = weak.lock()) readers.push_back(std::move(reader));
        }
        history_.push_back(event);
        if (history_.size() > kHistory) history_.pop_front();
    }
    for (const auto& reader : readers) reader->offer(event);
}

std::shared_ptr<Subscription> EventBus::subscribe(std::size_t queue_limit) {
    auto subscription = std::make_shared<Subscription>(queue_limit);
    const std::lock_guard lock(mutex_);
    if (closed_) {
        subscription->close();
        return subscription;
    }
    std::erase_if(subscriptions_, [](const auto& weak) { return weak.expired(); });
    subscriptions_.push_back(subscription);
    return subscription;
}

std::shared_ptr<Subscription> EventBus::subscribeAfter(std::uint64_t last_id, std::size_t queue_limit) {
    const std::lock_guard ordering(publish_mutex_);
    auto subscription = subscribe(queue_limit);
    const std::lock_guard lock(mutex_);
    const std::uint64_t newest = next_id_ - 1;
    if (last_id == newest) return subscription;
    // An id from before a restart, or older than what is kept: what happened since is not known.
    if (last_id > newest || history_.empty() || history_.front().id > last_id + 1) {
        subscription->markLagged();
        return subscription;
    }
    for (const auto& event : history_) {
        if (event.id > last_id) subscription->offer(event);
    }
    return subscription;
}

std::uint64_t EventBus::lastId() const {
    const std::lock_guard lock(mutex_);
    return next_id_ - 1;
}

void EventBus::close() {
    std::vector<std::weak_ptr<Subscription>> readers;
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        readers.swap(subscriptions_);
    }
    for (const auto& weak : readers) {
        if (auto reader = weak.lock()) reader->close();
    }
}

std::optional<Event> Subscription::next(std::int64_t ms) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return closed_ || lagged_ || !queue_.empty(); });
    if (closed_ || queue_.empty()) return std::nullopt;
    Event event = std::move(queue_.front());
    queue_.pop_front();
    return event;
}

bool Subscription::takeLagged() {
    const std::lock_guard lock(mutex_);
    return std::exchange(lagged_, false);
}

bool Subscription::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

void Subscription::offer(const Event& event) {
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        if (queue_.size() >= limit_) {
            queue_.clear();
            lagged_ = true;
        } else {
            queue_.push_back(event);
        }
    }
    changed_.notify_all();
}

void Subscription::markLagged() {
    {
        const std::lock_guard lock(mutex_);
        lagged_ = true;
    }
    changed_.notify_all();
}

void Subscription::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        queue_.clear();
    }
    changed_.notify_all();
}

}  // namespace masthead::console
