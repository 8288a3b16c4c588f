// One client connection: handshake, then requests one after the other, until it closes or becomes a tunnel.
//
// Everything runs in one coroutine on the event loop; never more than one request is in flight. A deadline that passes closes the
// stream, which ends the coroutine. The session owns itself through the coroutine's shared_ptr.
#pragma once

#include <memory>
#include <string>

#include "host/edge/http1/message.hpp"
#include "host/edge/limits/connection_cap.hpp"
#include "host/edge/relay/answers.hpp"
#include "host/edge/relay/deadline.hpp"
#include "host/edge/relay/request_headers.hpp"
#include "host/edge/server/services.hpp"
#include "host/edge/tls/stream.hpp"

namespace masthead::edge::server {

class Session : public std::enable_shared_from_this<Session> {
public:
    struct Peer {
        std::string address;  // text, for headers and reports
        std::string key;      // what limits count by
        limits::ConnectionCap::Slot slot;
    };

    Session(Services& services, relay::Socket socket, Peer peer);
    ~Session();

    relay::Task<void> run();
    /// Idle connections and event streams close now, requests finish first, tunnels close after `tunnel_delay_ms`.
    void drain(std::int64_t tunnel_delay_ms);
    /// Ends the session whatever it does.
    void abort();

private:
    enum class Phase { Handshake, Idle, Busy, Streaming, Tunnel };

    // session.cpp
    relay::Task<bool> serveOne();
    relay::Task<void> discard();
    relay::Task<bool> dispatch(const http1::RequestHead& head);
    relay::Task<bool> answer(std::string message, bool keep);
    relay::Task<bool> refuse(int status, const http1::RequestHead* head, bool keep, unsigned retry_after_s = 0);
    relay::AnswerOptions answerOptions(const http1::RequestHead* head, bool keep) const;
    bool hostServed(const http1::RequestHead& head) const;
    bool mayKeep(const http1::RequestHead& head) const;

    // exchange.cpp
    struct Exchange;
    relay::Task<bool> exchange(const http1::RequestHead& head, const allowlist::Route& route);
    relay::Task<bool> takeBody(Exchange& exchange);
    relay::Task<bool> send(Exchange& exchange);
    relay::Task<bool> receive(Exchange& exchange, bool fresh);
    relay::Task<bool> deliver(Exchange& exchange);
    relay::Task<void> watchClient(std::weak_ptr<bool> watching, relay::Stream& backend);

    // upgrade.cpp
    relay::Task<bool> upgrade(const http1::RequestHead& head, const allowlist::Route& route);
    relay::Task<void> tunnel(relay::Stream& backend, std::string_view path, std::string early);

    std::string nextRequestId();
    relay::Origin origin();

    Services& services_;
    tls::TlsStream stream_;
    Peer peer_;
    std::shared_ptr<const allowlist::Allowlist> allowlist_;  // of the request being served
    relay::Deadline deadline_;                               // closes stream_
    relay::Deadline drain_timer_;
    std::string input_;
    std::string server_name_;
    Phase phase_ = Phase::Handshake;
    bool first_request_ = true;
    bool refused_ = false;  // the connection ends with a refusal
};

}  // namespace masthead::edge::server
