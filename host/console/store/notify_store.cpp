#include "host/console/store/notify_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

Json parsed(const std::string& text) {
    auto value = parseJson(text, kLocalJson);
    return value ? std::move(*value) : Json::object();
}

NotifyChannel channelOf(const Row& row) {
    return {row[0].integer(),      row[1].text(),  row[2].text(),    row[3].integer() != 0,
            parsed(row[4].text()), row[5].bytes(), row[6].integer(), row[7].integer()};
}

NotifyDelivery deliveryOf(const Row& row) {
    return {row[0].integer(), row[1].integer(), row[2].text(),    row[3].text(),    parsed(row[4].text()), row[5].text(),
            row[6].integer(), row[7].integer(), row[8].integer(), row[9].integer(), row[10].text()};
}

std::vector<NotifyDelivery> deliveriesOf(const Rows& rows) {
    std::vector<NotifyDelivery> out;
    out.reserve(rows.size());
    for (const Row& row : rows) out.push_back(deliveryOf(row));
    return out;
}

std::optional<NotifyDelivery> firstOf(const Rows& rows) {
    if (rows.empty()) return std::nullopt;
    return deliveryOf(rows.front());
}

Value sealedOf(const NotifyChannel& channel) {
    if (channel.sealed_secrets.empty()) return nullptr;
    return Bytes{channel.sealed_secrets};
}

}  // namespace

std::vector<NotifyChannel> NotifyStore::channels(Connection& connection) {
    std::vector<NotifyChannel> out;
    for (const Row& row : connection.query(
             "SELECT id, kind, name, enabled, settings, secrets, left_out, changed_at FROM notify_channels ORDER BY id")) {
        out.push_back(channelOf(row));
    }
    return out;
}

std::optional<NotifyChannel> NotifyStore::channel(Connection& connection, std::int64_t id) {
    const Rows rows = connection.query(
        "SELECT id, kind, name, enabled, settings, secrets, left_out, changed_at FROM notify_channels WHERE id = $1", {id});
    if (rows.empty()) return std::nullopt;
    return channelOf(rows.front());
}

std::int64_t NotifyStore::createChannel(Transaction& transaction, const NotifyChannel& channel) {
    transaction.execute(
        "INSERT INTO notify_channels (kind, name, enabled, settings, secrets, changed_at) VALUES ($1, $2, $3, $4, $5, $6)",
        {channel.kind, channel.name, channel.enabled, channel.settings.dump(), sealedOf(channel), channel.changed_at});
    return transaction.query("SELECT MAX(id) FROM notify_channels").front()[0].integer();
}

void NotifyStore::updateChannel(Transaction& transaction, const NotifyChannel& channel) {
    transaction.execute(
        "UPDATE notify_channels SET name = $1, enabled = $2, settings = $3, secrets = $4, changed_at = $5 WHERE id = $6",
        {channel.name, channel.enabled, channel.settings.dump(), sealedOf(channel), channel.changed_at, channel.id});
}

bool NotifyStore::removeChannel(Transaction& transaction, std::int64_t id) {
    return transaction.execute("DELETE FROM notify_channels WHERE id = $1", {id}) > 0;
}

void NotifyStore::addLeftOut(Transaction& transaction, std::int64_t channel, std::int64_t count) {
    transaction.execute("UPDATE notify_channels SET left_out = left_out + $1 WHERE id = $2", {count, channel});
}

std::int64_t NotifyStore::addMessage(Transaction& transaction, const NotifyMessage& message, std::int64_t keep) {
    transaction.execute("INSERT INTO notify_messages (at, event, permission, body) VALUES ($1, $2, $3, $4)",
                        {message.at, message.event, message.permission, message.body.dump()});
    transaction.execute("DELETE FROM notify_messages WHERE id NOT IN (SELECT id FROM notify_messages ORDER BY id DESC LIMIT $1)",
                        {keep});
    return transaction.query("SELECT MAX(id) FROM notify_messages").front()[0].integer();
}

std::vector<NotifyMessage> NotifyStore::messages(Connection& connection, const std::string& principal) {
    std::vector<NotifyMessage> out;
    for (const Row& row :
         connection.query("SELECT m.id, m.at, m.event, m.permission, m.body, r.message_id FROM notify_messages m "
                          "LEFT JOIN notify_reads r ON r.message_id = m.id AND r.principal = $1 ORDER BY m.id DESC",
                          {principal})) {
        out.push_back(
            {row[0].integer(), row[1].integer(), row[2].text(), row[3].text(), parsed(row[4].text()), !row[5].isNull()});
    }
    return out;
}

void NotifyStore::markRead(Transaction& transaction, std::int64_t message, const std::string& principal) {
    transaction.execute(
        "INSERT INTO notify_reads (message_id, principal) SELECT id, $1 FROM notify_messages WHERE id = $2 "
        "ON CONFLICT (message_id, principal) DO NOTHING",
        {principal, message});
}

void NotifyStore::addDelivery(Transaction& transaction, const NotifyDelivery& delivery) {
    transaction.execute(
        "INSERT INTO notify_deliveries (channel_id, batch, event, body, state, created_at, next_at) VALUES ($1, $2, $3, $4, $5, "
        "$6, $7)",
        {delivery.channel, delivery.batch, delivery.event, delivery.body.dump(), delivery.state, delivery.created_at,
         delivery.next_at});
}

std::int64_t NotifyStore::countQueued(Connection& connection, std::int64_t channel) {
    return connection.query("SELECT COUNT(*) FROM notify_deliveries WHERE state = 'queued' AND channel_id = $1", {channel})
        .front()[0]
        .integer();
}

std::vector<NotifyDelivery> NotifyStore::queued(Connection& connection, std::int64_t channel, std::int64_t limit) {
    return deliveriesOf(
        connection.query("SELECT id, channel_id, batch, event, body, state, attempts, created_at, next_at, done_at, error "
                         "FROM notify_deliveries WHERE state = 'queued' AND channel_id = $1 ORDER BY id LIMIT $2",
                         {channel, limit}));
}

std::int64_t NotifyStore::countSentSince(Connection& connection, std::int64_t channel, std::int64_t since) {
    return connection
        .query("SELECT COUNT(*) FROM notify_deliveries WHERE state = 'sent' AND channel_id = $1 AND done_at > $2",
               {channel, since})
        .front()[0]
        .integer();
}

std::optional<NotifyDelivery> NotifyStore::delivery(Connection& connection, std::int64_t id) {
    return firstOf(
        connection.query("SELECT id, channel_id, batch, event, body, state, attempts, created_at, next_at, done_at, error "
                         "FROM notify_deliveries WHERE id = $1",
                         {id}));
}

std::optional<NotifyDelivery> NotifyStore::lastDone(Connection& connection, std::int64_t channel) {
    return firstOf(connection.query(
        "SELECT id, channel_id, batch, event, body, state, attempts, created_at, next_at, done_at, error "
        "FROM notify_deliveries WHERE channel_id = $1 AND state <> 'queued' ORDER BY done_at DESC, id DESC LIMIT 1",
        {channel}));
}

std::vector<NotifyDelivery> NotifyStore::deliveries(Connection& connection, const std::string& state, std::int64_t limit) {
    return deliveriesOf(
        connection.query("SELECT id, channel_id, batch, event, body, state, attempts, created_at, next_at, done_at, error "
                         "FROM notify_deliveries WHERE $1 = '' OR state = $1 ORDER BY id DESC LIMIT $2",
                         {state, limit}));
}

void NotifyStore::setBatch(Transaction& transaction, std::int64_t delivery, const std::string& batch) {
    transaction.execute("UPDATE notify_deliveries SET batch = $1 WHERE id = $2", {batch, delivery});
}

void NotifyStore::finishBatch(Transaction& transaction, const std::string& batch, const std::string& state, std::int64_t attempts,
                              std::int64_t at, const std::string& error) {
    transaction.execute(
        "UPDATE notify_deliveries SET state = $1, attempts = $2, done_at = $3, error = $4 WHERE batch = $5 AND state = 'queued'",
        {state, attempts, at, error, batch});
}

void NotifyStore::retryBatch(Transaction& transaction, const std::string& batch, std::int64_t attempts, std::int64_t next_at,
                             const std::string& error) {
    transaction.execute(
        "UPDATE notify_deliveries SET attempts = $1, next_at = $2, error = $3 WHERE batch = $4 AND state = 'queued'",
        {attempts, next_at, error, batch});
}

std::int64_t NotifyStore::requeueBatch(Transaction& transaction, const std::string& batch, std::int64_t now) {
    return transaction.execute(
        "UPDATE notify_deliveries SET state = 'queued', attempts = 0, next_at = $1, done_at = 0 WHERE batch = $2 AND state = "
        "'failed'",
        {now, batch});
}

void NotifyStore::removeDone(Transaction& transaction, std::int64_t sent_before, std::int64_t failed_before) {
    transaction.execute("DELETE FROM notify_deliveries WHERE state = 'sent' AND done_at < $1", {sent_before});
    transaction.execute("DELETE FROM notify_deliveries WHERE state = 'failed' AND done_at < $1", {failed_before});
}

}  // namespace masthead::console::store
