// What all sessions share: settings, the allowlist in force, where the backends are, limits and counters. Lives on the event loop
// and outlives every session.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "host/base/clock.hpp"
#include "host/edge/allowlist/allowlist.hpp"
#include "host/edge/limits/byte_budget.hpp"
#include "host/edge/limits/connection_cap.hpp"
#include "host/edge/limits/rate_limiter.hpp"
#include "host/edge/relay/console_pool.hpp"
#include "host/edge/server/settings.hpp"
#include "host/edge/tls/context.hpp"

namespace masthead::edge::server {

class Session;

struct Counters {
    std::uint64_t accepted = 0;
    std::uint64_t refused_connections = 0;
    std::uint64_t requests = 0;
    std::uint64_t refused_requests = 0;
    std::size_t tunnels = 0;
};

struct Services {
    Services(boost::asio::any_io_executor loop, const EdgeSettings& chosen)
        : executor(loop),
          settings(chosen),
          tls(chosen.modern_tls),
          console(loop, relay::ConsolePoolSettings{.path = chosen.console_socket,
                                                   .connections = chosen.console_connections,
                                                   .connect_ms = chosen.limits.backend_connect_ms}),
          cap(chosen.limits.connections, chosen.limits.connections_per_address),
          rate(clock),
          body_budget(chosen.body_budget) {}

    boost::asio::any_io_executor executor;
    EdgeSettings settings;
    SystemClock clock;
    tls::TlsContext tls;
    std::shared_ptr<const allowlist::Allowlist> allowlist;
    std::string headscale;  // "127.0.0.1:port"; empty while away
    bool console_ready = false;
    bool draining = false;
    relay::ConsolePool console;
    limits::ConnectionCap cap;
    limits::RateLimiter rate;
    limits::ByteBudget body_budget;
    Counters counters;
    std::unordered_set<Session*> sessions;
    /// Tells the supervisor about a tunnel.
    std::function<void(bool opened, std::string_view path, const std::string& client)> on_tunnel;
    /// Called when a session ends.
    std::function<void()> on_session_end;
};

}  // namespace masthead::edge::server
