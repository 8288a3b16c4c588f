// Rows of notifications: channels (their secrets sealed), messages of the console with read marks, and deliveries, the
// queue of what is to be sent. Rows only, no rules. Static methods work inside a transaction of the caller.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "host/base/json.hpp"

namespace masthead::console::store {

class Connection;
class Transaction;

struct NotifyChannel {
    std::int64_t id = 0;
    std::string kind, name;
    bool enabled = true;
    Json settings = Json::object();
    std::string sealed_secrets;  // bytes of the sealer; empty = none
    std::int64_t left_out = 0;   // deliveries that were not kept because too many waited
    std::int64_t changed_at = 0;
};

struct NotifyMessage {
    std::int64_t id = 0;
    std::int64_t at = 0;
    std::string event, permission;
    Json body;  // {"title","text","link","severity","data"}
    bool read = false;
};

struct NotifyDelivery {
    std::int64_t id = 0;
    std::int64_t channel = 0;
    std::string batch;  // the same for all that are sent as one message: its id for the receiver
    std::string event;
    Json body;
    std::string state = "queued";  // queued | sent | failed
    std::int64_t attempts = 0;
    std::int64_t created_at = 0, next_at = 0, done_at = 0;  // wall ms
    std::string error;
};

class NotifyStore {
public:
    static std::vector<NotifyChannel> channels(Connection& connection);
    static std::optional<NotifyChannel> channel(Connection& connection, std::int64_t id);
    static std::int64_t createChannel(Transaction& transaction, const NotifyChannel& channel);
    static void updateChannel(Transaction& transaction, const NotifyChannel& channel);
    /// Its deliveries go with it. False when there is none.
    static bool removeChannel(Transaction& transaction, std::int64_t id);
    static void addLeftOut(Transaction& transaction, std::int64_t channel, std::int64_t count);

    /// Keeps the newest `keep` messages. The new id.
    static std::int64_t addMessage(Transaction& transaction, const NotifyMessage& message, std::int64_t keep);
    /// Newest first, with the read marks of `principal`.
    static std::vector<NotifyMessage> messages(Connection& connection, const std::string& principal);
    static void markRead(Transaction& transaction, std::int64_t message, const std::string& principal);

    static void addDelivery(Transaction& transaction, const NotifyDelivery& delivery);
    static std::int64_t countQueued(Connection& connection, std::int64_t channel);
    /// Oldest first.
    static std::vector<NotifyDelivery> queued(Connection& connection, std::int64_t channel, std::int64_t limit);
    static std::int64_t countSentSince(Connection& connection, std::int64_t channel, std::int64_t since);
    static std::optional<NotifyDelivery> delivery(Connection& connection, std::int64_t id);
    /// The last one that was sent or given up.
    static std::optional<NotifyDelivery> lastDone(Connection& connection, std::int64_t channel);
    /// Newest first; an empty state means all.
    static std::vector<NotifyDelivery> deliveries(Connection& connection, const std::string& state, std::int64_t limit);
    static void setBatch(Transaction& transaction, std::int64_t delivery, const std::string& batch);
    static void finishBatch(Transaction& transaction, const std::string& batch, const std::string& state, std::int64_t attempts,
                            std::int64_t at, const std::string& error);
    static void retryBatch(Transaction& transaction, const std::string& batch, std::int64_t attempts, std::int64_t next_at,
                           const std::string& error);
    /// Failed ones of the batch wait again, as if new. How many.
    static std::int64_t requeueBatch(Transaction& transaction, const std::string& batch, std::int64_t now);
    static void removeDone(Transaction& transaction, std::int64_t sent_before, std::int64_t failed_before);
};

}  // namespace masthead::console::store
