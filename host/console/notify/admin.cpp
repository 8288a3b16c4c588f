#include "host/console/notify/admin.hpp"

#include <algorithm>

#include "host/base/timestamp.hpp"
#include "host/console/notify/notifier.hpp"
#include "host/console/notify/rules_store.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/notify_store.hpp"
#include "host/console/store/sealer.hpp"

namespace masthead::console::notify {
namespace {

using store::NotifyStore;

constexpr std::size_t kMaxChannels = 50;

Error noChannel(std::int64_t id) { return Error{Code::NotFound, "There is no notification channel " + std::to_string(id) + "."}; }

Json timeOrNull(std::int64_t wall_ms) { return wall_ms > 0 ? Json(formatTimestamp(wall_ms)) : Json(); }

/// A channel whose secrets cannot be opened (another master.key) is still shown, so that it can be given new ones.
Channel openedOrBare(const store::NotifyChannel& row, const store::Sealer& sealer) {
    auto opened = channelOf(row, sealer);
    return opened ? std::move(*opened) : Channel{row.id, row.kind, row.name, row.enabled, row.settings, Json::object()};
}

Json deliveryJson(const store::NotifyDelivery& delivery, const std::vector<store::NotifyChannel>& channels) {
    const auto found =
        std::find_if(channels.begin(), channels.end(), [&](const auto& row) { return row.id == delivery.channel; });
    Json channel = Json::object({{"id", std::to_string(delivery.channel)}});
    if (found != channels.end()) {
        channel.set("name", found->name);
        channel.set("kind", found->kind);
    }
    return Json::object({{"id", std::to_string(delivery.id)},
                         {"channel", std::move(channel)},
                         {"event", delivery.event},
                         {"title", delivery.body.text("title")},
                         {"severity", delivery.body.text("severity")},
                         {"state", delivery.state},
                         {"attempts", delivery.attempts},
                         {"created_at", formatTimestamp(delivery.created_at)},
                         {"next_at", delivery.state == "queued" ? timeOrNull(delivery.next_at) : Json()},
                         {"done_at", timeOrNull(delivery.done_at)},
                         {"error", delivery.error.empty() ? Json() : Json(delivery.error)},
                         {"delivery", delivery.batch}});
}

bool maySee(const Principal& principal, const store::NotifyMessage& message) {
    return message.permission == "masthead:any-authenticated" || principal.can(message.permission);
}

}  // namespace

Result<Json> NotifyAdmin::channels() {
    Json list = Json::array();
    list.push(
        Json::object({{"id", kConsoleChannel}, {"kind", "console"}, {"name", "Console"}, {"enabled", true}, {"builtin", true}}));
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        for (const auto& row : NotifyStore::channels(connection)) {
            Json item = shown(openedOrBare(row, parts_.sealer));
            const auto last = NotifyStore::lastDone(connection, row.id);
            item.set("waiting", NotifyStore::countQueued(connection, row.id));
            item.set("last", !last ? Json()
                                   : Json::object({{"state", last->state},
                                                   {"at", timeOrNull(last->done_at)},
                                                   {"error", last->error.empty() ? Json() : Json(last->error)}}));
            list.push(std::move(item));
        }
        return {};
    });
    if (!read) return std::move(read).error();
    return Json::object({{"channels", std::move(list)}});
}

Result<Json> NotifyAdmin::create(const Json& body, std::vector<FieldError>& wrong) {
    Channel channel = parseChannel(body, nullptr, wrong);
    if (!wrong.empty()) return Json();
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        if (NotifyStore::channels(transaction).size() >= kMaxChannels)
            return Error{Code::ResourceExhausted, "There are 50 channels already; delete one first."};
        store::NotifyChannel row{0, channel.kind, channel.name, channel.enabled, channel.settings, {}, 0, parts_.clock.wallMs()};
        row.id = channel.id = NotifyStore::createChannel(transaction, row);
        row.sealed_secrets = sealedSecrets(channel, parts_.sealer);  // bound to the id, which is known only now
        NotifyStore::updateChannel(transaction, row);
        return {};
    });
    if (!kept) return std::move(kept).error();
    return shown(channel);
}

Result<Json> NotifyAdmin::change(std::int64_t id, const Json& body, std::vector<FieldError>& wrong) {
    Channel channel;
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        auto row = NotifyStore::channel(transaction, id);
        if (!row) return noChannel(id);
        const Channel before = openedOrBare(*row, parts_.sealer);
        channel = parseChannel(body, &before, wrong);
        if (!wrong.empty()) return {};
        row->name = channel.name;
        row->enabled = channel.enabled;
        row->settings = channel.settings;
        row->sealed_secrets = sealedSecrets(channel, parts_.sealer);
        row->changed_at = parts_.clock.wallMs();
        NotifyStore::updateChannel(transaction, *row);
        return {};
    });
    if (!kept) return std::move(kept).error();
    if (!wrong.empty()) return Json();
    parts_.notifier.wake();
    return shown(channel);
}

Status NotifyAdmin::remove(std::int64_t id) {
    return parts_.database.write([&](store::Transaction& transaction) -> Status {
        Rules rules = loadRules(transaction);
        if (!NotifyStore::removeChannel(transaction, id)) return noChannel(id);
        forgetChannel(rules, std::to_string(id));
        saveRules(transaction, rules);
        return {};
    });
}

Result<Json> NotifyAdmin::test(std::int64_t id, const std::string& who) {
    std::optional<store::NotifyChannel> row;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        row = NotifyStore::channel(connection, id);
        return {};
    });
    if (!read) return std::move(read).error();
    if (!row) return noChannel(id);
    auto channel = channelOf(*row, parts_.sealer);
    if (!channel) return std::move(channel).error();
    const std::int64_t now = parts_.clock.wallMs();
    Parcel parcel{newDeliveryId(),
                  {{"notify.test", now, "Test message",
                    "Asked for by " + who + " in the console. Notifications of this channel arrive.", "/admin/", "info"}},
                  0};
    const Outcome outcome = parts_.sender.send(*channel, parcel, now, parts_.notifier.stopToken());
    if (outcome.kind == Outcome::Kind::Stopped) return Error{Code::Unavailable, "The console is stopping."};
    return Json::object(
        {{"delivered", outcome.kind == Outcome::Kind::Sent}, {"error", outcome.error.empty() ? Json() : Json(outcome.error)}});
}

Json NotifyAdmin::events() {
    Json list = Json::array();
    const auto add = [&](const std::string& type, const std::string& description, const std::string& owner,
                         const std::string& permission) {
        list.push(Json::object({{"type", type}, {"description", description}, {"owner", owner}, {"permission", permission}}));
    };
    add("headscale.down", "headscale has not answered for a minute", "core", "core.status.read");
    add("headscale.up", "headscale answers again", "core", "core.status.read");
    add("plugin.quarantined", "A plugin that kept crashing was stopped", "core", "core.plugins.read");
    add("core.audit.sink", "The audit log's second place does not keep up, or keeps up again", "core", "core.audit.read");
    add("core.audit.damaged", "The audit log was tampered with, or an older database was put in place", "core", "core.audit.read");
    add("core.passkey.added", "Somebody added a passkey to their account", "core", "core.admins.read");
    add("core.passkey.removed", "Somebody removed a passkey from their account", "core", "core.admins.read");
    add("core.passkey.locked", "A passkey was locked: there may be a copy of it", "core", "core.admins.read");
    for (const auto& event : parts_.plugin_events()) add(event.type, event.description, event.plugin, event.permission);
    return Json::object({{"events", std::move(list)}});
}

Result<Json> NotifyAdmin::rules() {
    Json out;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        out = toJson(loadRules(connection));
        return {};
    });
    if (!read) return std::move(read).error();
    return out;
}

Result<Json> NotifyAdmin::setRules(const Json& body, std::vector<FieldError>& wrong) {
    Json out;
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        std::vector<std::string> known;
        for (const auto& row : NotifyStore::channels(transaction)) known.push_back(std::to_string(row.id));
        const Rules rules = parseRules(body, known, wrong);
        if (!wrong.empty()) return {};
        saveRules(transaction, rules);
        out = toJson(rules);
        return {};
    });
    if (!kept) return std::move(kept).error();
    parts_.notifier.wake();
    return out;
}

Result<Json> NotifyAdmin::deliveries(const std::string& state, std::int64_t limit) {
    Json list = Json::array();
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        const auto channels = NotifyStore::channels(connection);
        for (const auto& delivery : NotifyStore::deliveries(connection, state, limit))
            list.push(deliveryJson(delivery, channels));
        return {};
    });
    if (!read) return std::move(read).error();
    return Json::object({{"deliveries", std::move(list)}});
}

Status NotifyAdmin::resend(std::int64_t id) {
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        const auto delivery = NotifyStore::delivery(transaction, id);
        if (!delivery) return Error{Code::NotFound, "There is no delivery " + std::to_string(id) + "."};
        if (delivery->state != "failed")
            return Error{Code::FailedPrecondition,
                         "Only a delivery that failed can be sent again; this one is " + delivery->state + "."};
        NotifyStore::requeueBatch(transaction, delivery->batch, parts_.clock.wallMs());
        return {};
    });
    if (kept) parts_.notifier.wake();
    return kept;
}

Result<Json> NotifyAdmin::messages(const Principal& principal) {
    Json list = Json::array();
    std::int64_t unread = 0;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        for (const auto& message : NotifyStore::messages(connection, principal.id)) {
            if (!maySee(principal, message)) continue;
            if (!message.read) ++unread;
            list.push(Json::object({{"id", std::to_string(message.id)},
                                    {"at", formatTimestamp(message.at)},
                                    {"event", message.event},
                                    {"title", message.body.text("title")},
                                    {"text", message.body.text("text")},
                                    {"link", message.body.text("link").empty() ? Json() : message.body["link"]},
                                    {"severity", message.body.text("severity")},
                                    {"read", message.read}}));
        }
        return {};
    });
    if (!read) return std::move(read).error();
    return Json::object({{"messages", std::move(list)}, {"unread", unread}});
}

Result<Json> NotifyAdmin::markRead(const Principal& principal, const std::vector<std::int64_t>& ids) {
    std::int64_t unread = 0;
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        for (const auto& message : NotifyStore::messages(transaction, principal.id)) {
            if (!maySee(principal, message) || message.read) continue;
            if (ids.empty() || std::find(ids.begin(), ids.end(), message.id) != ids.end())
                NotifyStore::markRead(transaction, message.id, principal.id);
            else
                ++unread;
        }
        return {};
    });
    if (!kept) return std::move(kept).error();
    return Json::object({{"unread", unread}});
}

}  // namespace masthead::console::notify
