#include "host/console/notify/dispatcher.hpp"

#include <algorithm>
#include <limits>

#include "host/base/encoding.hpp"
#include "host/base/log.hpp"
#include "host/base/random.hpp"
#include "host/console/notify/backoff.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/sealer.hpp"

namespace masthead::console::notify {
namespace {

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMaxPauseMs = 60 * 1000;
constexpr std::int64_t kStoreRetryMs = 5000;

Severity severityOf(const store::NotifyDelivery& delivery) {
    Severity severity{};
    parseSeverity(delivery.body.text("severity"), severity);
    return severity;
}

Parcel parcelOf(const std::vector<store::NotifyDelivery>& batch, std::int64_t left_out) {
    Parcel parcel;
    parcel.id = batch.front().batch;
    parcel.left_out = batch.size() > 1 ? left_out : 0;
    for (const auto& delivery : batch) {
        const Json& body = delivery.body;
        parcel.items.push_back({delivery.event, delivery.created_at, body.text("title"), body.text("text"), body.text("link"),
                                body.text("severity"), body["data"]});
    }
    return parcel;
}

std::string contextOf(std::int64_t channel) { return "notify/channel/" + std::to_string(channel); }

}  // namespace

std::string newDeliveryId() { return hexEncode(randomBytes(16)); }

Result<Channel> channelOf(const store::NotifyChannel& row, const store::Sealer& sealer) {
    Channel channel{row.id, row.kind, row.name, row.enabled, row.settings, Json::object()};
    if (row.sealed_secrets.empty()) return channel;
    auto opened = sealer.unseal(row.sealed_secrets, contextOf(row.id));
    if (!opened) return std::move(opened).error().within("the secrets of the channel " + row.name);
    auto parsed = parseJson(*opened);
    if (!parsed) return std::move(parsed).error().within("the secrets of the channel " + row.name);
    channel.secrets = std::move(*parsed);
    return channel;
}

std::string sealedSecrets(const Channel& channel, const store::Sealer& sealer) {
    return channel.secrets.members().empty() ? std::string() : sealer.seal(channel.secrets.dump(), contextOf(channel.id));
}

std::int64_t Dispatcher::runOnce(const std::stop_token& stop) {
    if (forget_.exchange(false)) paused_until_.clear();
    std::vector<store::NotifyChannel> channels;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        channels = store::NotifyStore::channels(connection);
        return {};
    });
    if (!read) {
        log::warning("notifications cannot be read", {{"cause", read.error().message}});
        return parts_.clock.wallMs() + kStoreRetryMs;
    }
    const Rules rules = parts_.rules();
    std::int64_t next = kNever;
    for (const auto& channel : channels) {
        if (stop.stop_requested()) break;
        if (channel.enabled) next = std::min(next, runChannel(channel, rules, stop));
    }
    return next;
}

std::int64_t Dispatcher::runChannel(const store::NotifyChannel& row, const Rules& rules, const std::stop_token& stop) {
    if (const auto paused = paused_until_.find(row.id); paused != paused_until_.end()) {
        if (paused->second > parts_.clock.wallMs()) return paused->second;
        paused_until_.erase(paused);
    }
    auto channel = channelOf(row, parts_.sealer);
    if (!channel) {
        log::warning("a notification channel cannot be used", {{"channel", row.name}, {"cause", channel.error().message}});
        return parts_.clock.wallMs() + kMaxPauseMs;
    }
    std::int64_t next = kNever;
    for (const auto& batch : dueBatches(row, *channel, rules, next)) {
        if (stop.stop_requested() || !deliver(row, *channel, batch, next, stop)) break;
    }
    return next;
}

std::vector<Dispatcher::Batch> Dispatcher::dueBatches(const store::NotifyChannel& row, const Channel& channel, const Rules& rules,
                                                      std::int64_t& next) {
    const std::int64_t now = parts_.clock.wallMs();
    std::vector<store::NotifyDelivery> queued;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        queued = store::NotifyStore::queued(connection, row.id, kMaxQueued);
        return {};
    });
    if (!read) {
        next = now + kStoreRetryMs;
        return {};
    }
    const std::int64_t quiet_end = channel.ignoresQuietHours() ? 0 : quietUntil(rules.quiet, now);
    std::map<std::string, std::size_t> sizes;
    for (const auto& delivery : queued) ++sizes[delivery.batch];
    std::vector<Batch> due;
    std::vector<store::NotifyDelivery> fresh;
    std::map<std::string, std::size_t> places;
    for (auto& delivery : queued) {
        const bool critical = severityOf(delivery) == Severity::Critical;
        const std::int64_t from = std::max(delivery.next_at, critical ? 0 : quiet_end);
        if (from > now) {
            next = std::min(next, from);
            continue;
        }
        // Tried before, already part of a digest, or too urgent to wait for one.
        if (delivery.attempts > 0 || sizes[delivery.batch] > 1 || critical) {
            const auto [place, added] = places.emplace(delivery.batch, due.size());
            if (added) due.emplace_back();
            due[place->second].push_back(std::move(delivery));
        } else {
            fresh.push_back(std::move(delivery));
        }
    }
    chooseFresh(row, rules.digest, std::move(fresh), due, next);
    return due;
}

void Dispatcher::chooseFresh(const store::NotifyChannel& row, const Digest& digest, std::vector<store::NotifyDelivery> fresh,
                             std::vector<Batch>& due, std::int64_t& next) {
    const std::int64_t now = parts_.clock.wallMs();
    std::size_t alone = fresh.size();
    if (digest.enabled && !fresh.empty()) {
        std::int64_t sent = 0;
        Status counted = parts_.database.read([&](store::Connection& connection) -> Status {
            sent = store::NotifyStore::countSentSince(connection, row.id, now - digest.within_ms);
            return {};
        });
        if (!counted) log::warning("sent notifications cannot be counted", {{"cause", counted.error().message}});
        alone = std::min(alone, static_cast<std::size_t>(std::max<std::int64_t>(0, digest.more_than - sent)));
        // Those that were held go together, also where some of them might go alone by now.
        if (alone < fresh.size() && fresh.front().created_at + digest.within_ms <= now) alone = 0;
    }
    const auto rest = fresh.begin() + static_cast<std::ptrdiff_t>(alone);
    for (auto item = fresh.begin(); item != rest; ++item) due.push_back({std::move(*item)});
    Batch held(std::make_move_iterator(rest), std::make_move_iterator(fresh.end()));
    if (held.empty()) return;
    const std::int64_t release = held.front().created_at + digest.within_ms;
    if (release > now) {
        next = std::min(next, release);
        return;
    }
    if (Status made = makeDigest(held); !made) {
        log::warning("a digest could not be kept", {{"cause", made.error().message}});
        next = std::min(next, now + kStoreRetryMs);
        return;
    }
    due.push_back(std::move(held));
}

Status Dispatcher::makeDigest(Batch& batch) {
    const std::string id = newDeliveryId();
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        for (const auto& delivery : batch) store::NotifyStore::setBatch(transaction, delivery.id, id);
        return {};
    });
    if (!kept) return kept;
    for (auto& delivery : batch) delivery.batch = id;
    return {};
}

bool Dispatcher::deliver(const store::NotifyChannel& row, const Channel& channel, const Batch& batch, std::int64_t& next,
                         const std::stop_token& stop) {
    const Parcel parcel = parcelOf(batch, row.left_out);
    const Outcome outcome = parts_.sender.send(channel, parcel, parts_.clock.wallMs(), stop);
    if (outcome.kind == Outcome::Kind::Stopped) return false;
    const std::int64_t now = parts_.clock.wallMs(), attempts = batch.front().attempts + 1;
    const bool sent = outcome.kind == Outcome::Kind::Sent;
    const bool given_up = !sent && (outcome.kind == Outcome::Kind::Refused || attempts >= channel.attempts());
    const std::int64_t retry_at =
        now + std::max(retryDelayMs(attempts, channel.firstRetryMs(), parts_.chance()), outcome.retry_after_ms);
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        if (sent || given_up)
            store::NotifyStore::finishBatch(transaction, parcel.id, sent ? "sent" : "failed", attempts, now, outcome.error);
        else
            store::NotifyStore::retryBatch(transaction, parcel.id, attempts, retry_at, outcome.error);
        if (sent && parcel.left_out > 0) store::NotifyStore::addLeftOut(transaction, channel.id, -parcel.left_out);
        return {};
    });
    if (!kept) {
        log::error("what became of a notification could not be kept; it may be sent again",
                   {{"channel", channel.name}, {"cause", kept.error().message}});
        paused_until_[channel.id] = now + kStoreRetryMs;
        next = std::min(next, now + kStoreRetryMs);
        return false;
    }
    if (sent) return true;
    log::warning(given_up ? "a notification was given up" : "a notification could not be sent yet",
                 {{"channel", channel.name}, {"attempts", std::to_string(attempts)}, {"cause", outcome.error}});
    if (given_up && outcome.kind == Outcome::Kind::Refused) return true;
    // What failed once is likely to fail for the next one too: the others of this channel wait a moment.
    const std::int64_t pause =
        given_up ? now + std::min(kMaxPauseMs, channel.firstRetryMs()) : std::min(retry_at, now + kMaxPauseMs);
    paused_until_[channel.id] = pause;
    next = std::min(next, pause);
    return false;
}

}  // namespace masthead::console::notify
