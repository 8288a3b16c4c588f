// Dispatcher: decides which queued deliveries are due, makes digests, sends, and keeps what came of it.
//
// runOnce() belongs to one thread, the worker; time comes from the clock interface. Everything it knows lies in the store, but
// for short pauses of channels that fail. A crash at any point repeats a delivery at most, with the same id.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/console/notify/channels/sender.hpp"
#include "host/console/notify/rules.hpp"
#include "host/console/store/notify_store.hpp"

namespace masthead::console::store {
class Database;
class Sealer;
}  // namespace masthead::console::store

namespace masthead::console::notify {

inline constexpr std::int64_t kMaxQueued = 1000;  // per channel; more are counted, not kept

/// With the secrets in clear. Internal when they cannot be unsealed.
Result<Channel> channelOf(const store::NotifyChannel& row, const store::Sealer& sealer);
/// The sealed form of a channel's secrets; empty when there are none.
std::string sealedSecrets(const Channel& channel, const store::Sealer& sealer);
std::string newDeliveryId();

class Dispatcher {
public:
    struct Parts {
        store::Database& database;
        store::Sealer& sealer;
        Clock& clock;
        Sender& sender;
        std::function<Rules()> rules;
        std::function<double()> chance;  // 0 to 1
    };
    explicit Dispatcher(Parts parts) : parts_(std::move(parts)) {}

    /// Sends what is due. The wall time at which to look again; INT64_MAX when nothing waits.
    std::int64_t runOnce(const std::stop_token& stop);
    /// Tries again at once, also channels that failed a moment ago.
    void forgetPauses() { forget_.store(true); }

private:
    using Batch = std::vector<store::NotifyDelivery>;
    std::int64_t runChannel(const store::NotifyChannel& row, const Rules& rules, const std::stop_token& stop);
    /// The batches that are due now, oldest first; lowers `next` for those that wait.
    std::vector<Batch> dueBatches(const store::NotifyChannel& row, const Channel& channel, const Rules& rules,
                                  std::int64_t& next);
    void chooseFresh(const store::NotifyChannel& row, const Digest& digest, std::vector<store::NotifyDelivery> fresh,
                     std::vector<Batch>& due, std::int64_t& next);
    Status makeDigest(Batch& batch);
    /// False when nothing more is to be tried now.
    bool deliver(const store::NotifyChannel& row, const Channel& channel, const Batch& batch, std::int64_t& next,
                 const std::stop_token& stop);

    Parts parts_;
    std::map<std::int64_t, std::int64_t> paused_until_;  // by channel
    std::atomic<bool> forget_{false};
};

}  // namespace masthead::console::notify
