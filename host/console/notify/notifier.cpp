#include "host/console/notify/notifier.hpp"

#include <algorithm>

#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/notify/rules_store.hpp"
#include "host/console/notify/texts.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/notify_store.hpp"
#include "host/console/store/settings_store.hpp"

namespace masthead::console::notify {
namespace {

constexpr const char* kTold = "notify.told";
constexpr std::int64_t kLookMs = 2000;  // how often the core is looked at
constexpr std::int64_t kHourMs = 60 * 60 * 1000;
constexpr std::int64_t kKeepSentMs = 7 * 24 * kHourMs;
constexpr std::int64_t kKeepFailedMs = 30 * 24 * kHourMs;

double chance() { return static_cast<double>(static_cast<unsigned char>(randomBytes(1)[0])) / 255.0; }

}  // namespace

Notifier::Notifier(Parts parts)
    : parts_(std::move(parts)),
      dispatcher_({parts_.database, parts_.sealer, parts_.clock, parts_.sender,
                   [this] {
                       Rules rules;
                       Status read = parts_.database.read([&](store::Connection& connection) -> Status {
                           rules = loadRules(connection);
                           return {};
                       });
                       if (!read) log::warning("the rules of notifications cannot be read", {{"cause", read.error().message}});
                       return rules;
                   },
                   chance}) {}

Notifier::~Notifier() { stop(); }

Status Notifier::post(Note note) {
    if (Status cleaned = clean(note); !cleaned) return cleaned;
    Severity severity{};
    parseSeverity(note.severity, severity);
    const std::int64_t now = parts_.clock.wallMs();
    const Json body = Json::object(
        {{"title", note.title}, {"text", note.text}, {"link", note.link}, {"severity", note.severity}, {"data", note.data}});
    std::int64_t message = 0;
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const Rules rules = loadRules(transaction);
        const Rule& rule = ruleFor(rules, note.event);
        if (chooses(rule, kConsoleChannel, severity)) {
            message = store::NotifyStore::addMessage(transaction, {0, now, note.event, note.permission, body}, kKeptMessages);
        }
        for (const auto& channel : store::NotifyStore::channels(transaction)) {
            if (!channel.enabled || !chooses(rule, std::to_string(channel.id), severity)) continue;
            if (store::NotifyStore::countQueued(transaction, channel.id) >= kMaxQueued) {
                store::NotifyStore::addLeftOut(transaction, channel.id, 1);
                continue;
            }
            store::NotifyDelivery delivery;
            delivery.channel = channel.id;
            delivery.batch = newDeliveryId();
            delivery.event = note.event;
            delivery.body = body;
            delivery.created_at = delivery.next_at = now;
            store::NotifyStore::addDelivery(transaction, delivery);
        }
        return {};
    });
    if (!kept)
        return Error{Code::Unavailable, "the notification could not be kept: " + kept.error().message, kept.error().internal};
    if (message != 0) {
        parts_.events.publish("notify.message", note.permission,
                              Json::object({{"id", std::to_string(message)},
                                            {"at", formatTimestamp(now)},
                                            {"event", note.event},
                                            {"title", note.title},
                                            {"text", note.text},
                                            {"link", note.link.empty() ? Json() : Json(note.link)},
                                            {"severity", note.severity}}));
    }
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
    return {};
}

void Notifier::start() {
    Json told;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        told = store::SettingsStore::get(connection, kTold).value_or(Json());
        return {};
    });
    if (!read) log::warning("what was told already cannot be read", {{"cause", read.error().message}});
    watch_ = std::make_unique<CoreWatch>(told);
    worker_ = std::jthread([this] { work(); });
}

void Notifier::stop() {
    stopping_.request_stop();
    changed_.notify_all();
    if (worker_.joinable()) worker_.join();
}

void Notifier::wake() {
    dispatcher_.forgetPauses();
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
}

void Notifier::work() {
    const std::stop_token stop = stopping_.get_token();
    while (!stop.stop_requested()) {
        std::int64_t next = 0;
        try {
            watchCore();
            keepHouse();
            next = dispatcher_.runOnce(stop);
        } catch (const std::exception& exception) {
            log::error("the sender of notifications failed; it goes on", {{"cause", exception.what()}});
            next = parts_.clock.wallMs() + kLookMs;
        }
        const std::int64_t wait = std::clamp<std::int64_t>(next - parts_.clock.wallMs(), 1, kLookMs);
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, stop, std::chrono::milliseconds(wait), [this] { return woken_; });
        woken_ = false;
    }
}

void Notifier::watchCore() {
    const std::string before = watch_->state().dump();
    for (auto& note : watch_->look(parts_.clock.steadyMs(), parts_.headscale_ready(), parts_.quarantined())) {
        const Note posted = note;
        if (Status done = post(std::move(note)); done) {
            watch_->posted(posted);
        } else {
            log::warning("a notification of the core could not be kept",
                         {{"event", posted.event}, {"cause", done.error().message}});
        }
    }
    if (watch_->state().dump() == before) return;
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        store::SettingsStore::put(transaction, kTold, watch_->state());
        return {};
    });
    if (!kept) log::warning("what was told could not be kept; it may be told again", {{"cause", kept.error().message}});
}

void Notifier::keepHouse() {
    const std::int64_t now = parts_.clock.wallMs();
    if (now - cleaned_at_ < kHourMs) return;
    cleaned_at_ = now;
    Status removed = parts_.database.write([&](store::Transaction& transaction) -> Status {
        store::NotifyStore::removeDone(transaction, now - kKeepSentMs, now - kKeepFailedMs);
        return {};
    });
    if (!removed) log::warning("old deliveries could not be removed", {{"cause", removed.error().message}});
}

}  // namespace masthead::console::notify
