// Sender: brings one parcel to one channel, by network. compose() of each kind is pure and tested without one.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>

#include "host/console/net/http.hpp"
#include "host/console/notify/channels/channel.hpp"
#include "host/console/notify/parcel.hpp"

namespace masthead::console::notify {

struct Outcome {
    enum class Kind {
        Sent,
        Retry,    // may work later
        Refused,  // will never work as it is
        Stopped,  // we are stopping: as if it had not been tried
    };
    Kind kind = Kind::Sent;
    std::string error = {};           // for people; after Sent: a remark
    std::int64_t retry_after_ms = 0;  // what the receiver asked for
};

class Sender {
public:
    virtual ~Sender() = default;
    virtual Outcome send(const Channel& channel, const Parcel& parcel, std::int64_t wall_ms, const std::stop_token& stop) = 0;
};

class NetworkSender final : public Sender {
public:
    explicit NetworkSender(std::string public_url) : public_url_(std::move(public_url)) {}
    Outcome send(const Channel& channel, const Parcel& parcel, std::int64_t wall_ms, const std::stop_token& stop) override;

private:
    Outcome sendMail(const Channel& channel, const Parcel& parcel, std::int64_t wall_ms, const std::stop_token& stop) const;
    std::string public_url_;
};

/// The request for webhook, ntfy, slack and matrix channels.
Result<net::HttpPost> composePost(const Channel& channel, const Parcel& parcel, std::int64_t wall_ms,
                                  const std::string& public_url);
/// What an answer means for the delivery.
Outcome outcomeOf(const net::HttpAnswer& answer, const std::string& host);
Outcome outcomeOf(const Error& error);

}  // namespace masthead::console::notify
