#include "host/edge/server/edge.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <random>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/edge/limits/address.hpp"
#include "host/edge/relay/backend.hpp"
#include "host/edge/server/control.hpp"
#include "host/edge/server/listeners.hpp"
#include "host/edge/server/services.hpp"
#include "host/edge/server/session.hpp"
#include "host/edge/tls/reloader.hpp"

namespace masthead::edge::server {

namespace asio = boost::asio;
using relay::Task;

namespace {

constexpr auto kTick = std::chrono::seconds(2);
constexpr auto kLook = std::chrono::milliseconds(100);
constexpr std::int64_t kCountsEveryMs = 5000;
constexpr std::int64_t kCountsAtMostEveryMs = 1000;
constexpr std::int64_t kTicketLifeMs = std::int64_t{24} * 3600 * 1000;
constexpr std::int64_t kSignalDrainMs = 5000;

Task<void> pause(std::chrono::milliseconds time) {
    asio::steady_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

}  // namespace

struct Edge::Impl {
    asio::io_context loop{1};
    Services services;
    tls::Reloader certificate;
    ControlLink control;
    Listeners listeners;
    asio::signal_set signals{loop, SIGTERM};
    asio::steady_timer hard_stop{loop};
    bool serving = false;
    bool counts_due = false;
    std::int64_t counts_sent = 0;
    std::int64_t tickets_made = 0;
    int exit_code = 0;

    Impl(EdgeSettings settings, int control_fd, std::vector<UniqueFd> fds)
        : services(loop.get_executor(), settings),
          certificate(services.tls, settings.certificate, services.clock),
          control(loop.get_executor(), control_fd),
          listeners(loop.get_executor(), std::move(fds), [this](relay::Socket socket, const sockaddr_storage& peer) { accept(std::move(socket), peer); }) {
        services.on_tunnel = [this](bool opened, std::string_view path, const std::string& client) {
            control.send(Json::object({{"type", "tunnel"}, {"event", opened ? "opened" : "closed"}, {"path", path}, {"client", client}}));
            counts_due = true;
            sendCounts();
        };
        services.on_session_end = [this] {
            if (services.draining && services.sessions.empty()) leave(0);
        };
    }

    void leave(int code) {
        exit_code = code;
        loop.stop();
    }

    void accept(relay::Socket socket, const sockaddr_storage& peer) {
        Session::Peer who{limits::addressText(peer), limits::countingKey(peer), {}};
        auto slot = services.cap.acquire(who.key);
        if (!slot) {
            ++services.counters.refused_connections;
            return;
        }
        ++services.counters.accepted;
        auto session = std::make_shared<Session>(services, std::move(socket), Session::Peer{std::move(who.address), std::move(who.key), std::move(slot)});
        asio::co_spawn(services.executor, [session] { return session->run(); }, [session](std::exception_ptr failure) {
            if (!failure) return;
            try {
                std::rethrow_exception(failure);
            } catch (const std::exception& error) {
                log::error("a connection ended with an exception", {{"what", error.what()}});
            }
        });
    }

    // What the supervisor says

    void onLine(const Json& line) {
        const auto& type = line.text("type");
        if (type == "headscale") {
            setHeadscale(line);
        } else if (type == "console") {
            services.console_ready = line.text("state") == "ready";
            if (!services.console_ready) services.console.dropIdle();
        } else if (type == "allowlist") {
            static_cast<void>(loadAllowlist());
        } else if (type == "reload") {
            if (serving) static_cast<void>(certificate.reload());
        } else if (type == "drain") {
            drain(line["ms"].asInt(kSignalDrainMs));
        }
    }

    void setHeadscale(const Json& line) {
        const bool ready = line.text("state") == "ready";
        const auto address = line["run"].text("http");
        if (ready && !relay::checkLoopback(address)) {
            log::error("headscale's address is not usable", {{"address", address}});
            services.headscale.clear();
            return;
        }
        services.headscale = ready ? address : "";
    }

    bool loadAllowlist() {
        auto loaded = allowlist::Allowlist::fromFile(services.settings.allowlist_path);
        if (!loaded) {
            const bool early = !services.allowlist && loaded.error().code == Code::NotFound;
            if (!early) {
                log::warning(services.allowlist ? "allowlist not taken, the old one stays" : "allowlist not taken", {{"reason", loaded.error().message}});
            }
            return false;
        }
        services.allowlist = std::make_shared<const allowlist::Allowlist>(std::move(*loaded));
        log::info("allowlist loaded", {{"routes", std::to_string(services.allowlist->size())}, {"headscale", services.allowlist->headscaleVersion()}});
        return true;
    }

    // Starting

    /// Certificate and allowlist are written by another process: they may come a little later than we do.
    Task<void> start() {
        const auto give_up = services.clock.steadyMs() + services.settings.start_wait_ms;
        const auto& paths = certificate.paths();
        std::string reason;
        while (!serving) {
            const bool present = fileExists(paths.certificate) && fileExists(paths.key);
            const auto loaded = services.tls.current() ? Status{} : present ? certificate.reload() : Status(Error{Code::NotFound, "no file " + paths.certificate});
            const bool listed = services.allowlist || (fileExists(services.settings.allowlist_path) && loadAllowlist());
            if (loaded && listed) break;
            reason = loaded ? "no usable allowlist at " + services.settings.allowlist_path : loaded.error().message;
            if (services.clock.steadyMs() >= give_up) {
                log::error("not started", {{"reason", reason}});
                leave(1);
                co_return;
            }
            co_await pause(kLook);
        }
        if (services.draining) co_return;
        serving = true;
        services.tls.rotateTickets();
        tickets_made = services.clock.steadyMs();
        listeners.start();
        control.send(Json::object({{"type", "ready"}}));
        log::info("serving");
    }

    // Running

    Task<void> tick() {
        for (;;) {
            control.send(Json::object({{"type", "tick"}}));
            const auto now = services.clock.steadyMs();
            services.console.sweep(now);
            if (serving) certificate.poll();
            if (serving && now - tickets_made >= kTicketLifeMs) {
                services.tls.rotateTickets();
                tickets_made = now;
            }
            co_await pause(kTick);
        }
    }

    Task<void> report() {
        for (;;) {
            if (services.clock.steadyMs() - counts_sent >= kCountsEveryMs) counts_due = true;
            sendCounts();
            co_await pause(std::chrono::milliseconds(kCountsAtMostEveryMs));
        }
    }

    void sendCounts() {
        const auto now = services.clock.steadyMs();
        if (!counts_due || now - counts_sent < kCountsAtMostEveryMs) return;
        counts_due = false;
        counts_sent = now;
        const auto& counters = services.counters;
        control.send(Json::object({{"type", "counts"},
                                   {"connections", services.cap.count()},
                                   {"tunnels", counters.tunnels},
                                   {"accepted", counters.accepted},
                                   {"refused_connections", counters.refused_connections},
                                   {"requests", counters.requests},
                                   {"refused_requests", counters.refused_requests},
                                   {"console_connections", services.console.inUse()}}));
    }

    // Ending

    void drain(std::int64_t ms) {
        if (services.draining) return;
        log::info("draining", {{"ms", std::to_string(ms)}, {"connections", std::to_string(services.sessions.size())}});
        services.draining = true;
        listeners.stop();
        // Tunnels end spread over four fifths of the time, so that the clients do not come back all at once.
        std::minstd_rand random(static_cast<std::minstd_rand::result_type>(services.clock.steadyMs()));
        std::uniform_int_distribution<std::int64_t> spread(0, std::max<std::int64_t>(ms * 4 / 5, 0));
        const std::vector<Session*> all(services.sessions.begin(), services.sessions.end());
        for (auto* session : all) session->drain(spread(random));
        if (services.sessions.empty()) return leave(0);
        hard_stop.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(ms, 0)));
        hard_stop.async_wait([this](const boost::system::error_code& error) {
            if (!error) leave(0);
        });
    }

    int run() {
        control.start([this](const Json& line) { onLine(line); },
                      [this] {
                          log::info("the supervisor is gone, leaving");
                          leave(0);
                      });
        signals.async_wait([this](const boost::system::error_code& error, int) {
            if (!error) drain(kSignalDrainMs);
        });
        asio::co_spawn(loop, start(), asio::detached);
        asio::co_spawn(loop, tick(), asio::detached);
        asio::co_spawn(loop, report(), asio::detached);
        loop.run();
        // Sessions refer to what this object owns and end with the process, without one more line to anybody.
        services.on_session_end = nullptr;
        services.on_tunnel = [](bool, std::string_view, const std::string&) {};
        return exit_code;
    }
};

Edge::Edge(EdgeSettings settings, int control_fd, std::vector<UniqueFd> listeners)
    : impl_(std::make_unique<Impl>(std::move(settings), control_fd, std::move(listeners))) {}

Edge::~Edge() = default;

int Edge::run() { return impl_->run(); }

}  // namespace masthead::edge::server
