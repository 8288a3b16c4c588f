#include "demo/serve.hpp"

#include <sys/resource.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "demo/churn.hpp"
#include "demo/fleet.hpp"
#include "demo/logger.hpp"
#include "demo/noise_key.hpp"
#include "demo/rpc/grpc_server.hpp"
#include "demo/web/router.hpp"
#include "host/base/encoding.hpp"

namespace masthead::demo {

namespace {

constexpr auto kTick = std::chrono::milliseconds(50);
constexpr std::int64_t kGraceMs = 400;

ApiSettings apiSettings(const Options& options, const DemoConfig& config) {
    return {options.dialect, config.base_domain, config.policy_in_database, config.policy_path};
}

Status openTailnet(Tailnet& tailnet, const Options& options, const DemoConfig& config) {
    logger::info("Opening database", {{"database", "headscale-demo"}, {"path", config.state_path}});
    return tailnet.open(config.state_path, config.prefix_v4, config.prefix_v6,
                        [&](Tailnet& empty) { inventFleet(empty, {options.nodes, options.users, options.seed}); });
}

// Tunnels need a descriptor each; the soft limit is often 1024.
void raiseDescriptorLimit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max) return;
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) logger::warn("cannot raise the limit of open files");
}

class Process {
public:
    Process(const Options& options, const DemoConfig& config)
        : options_(options), config_(config), tailnet_(clock_), api_(tailnet_, apiSettings(options, config)), faults_(options.faults),
          web_{api_, faults_, "", config.server_url, config.serverHost(), config.derp_server, ""}, churn_(api_, options.seed),
          grpc_(api_, faults_), socket_(loop_, socketHandler(web_)), public_(loop_, publicHandler(web_)), debug_(loop_, debugHandler(web_)),
          signals_(loop_), timer_(loop_) {}

    Status start() {
        auto key = publicControlKey(config_.noise_key_path);
        if (!key) return std::move(key).error();
        web_.control_key = *key;
        web_.derp_key = "nodekey:" + sha256Hex(*key);
        if (auto opened = openTailnet(tailnet_, options_, config_); !opened) return opened;
        if (auto loaded = api_.reloadPolicy(); !loaded) return std::move(loaded).error().within("loading policy");
        logger::info("starting headscale", {{"version", versionName(options_.dialect)}, {"commit", "unknown"}});
        logger::info("Clients with a lower minimum version will be rejected", {{"minimum_version", "v1.80"}});
        raiseDescriptorLimit();
        return listen();
    }

    void run() {
        signals_.add(SIGINT);
        signals_.add(SIGTERM);
        signals_.add(SIGQUIT);
        signals_.add(SIGHUP);
        awaitSignal();
        next_churn_ = clock_.steadyMs() + options_.churn_ms;
        tick();
        loop_.run();
    }

private:
    Status listen() {
        auto socket = options_.dialect == Dialect::V030 ? socket_.listenUnix(config_.unix_socket, config_.unix_socket_mode)
                                                        : grpc_.start(config_.unix_socket, config_.unix_socket_mode);
        if (!socket) return socket;
        if (auto listening = public_.listenTcp(config_.listen_addr); !listening) return listening;
        logger::info("listening and serving HTTP on: " + config_.listen_addr);
        if (config_.metrics_listen_addr.empty()) {
            logger::info("metrics server disabled (metrics_listen_addr is empty)");
            return {};
        }
        if (auto listening = debug_.listenTcp(config_.metrics_listen_addr); !listening) return listening;
        logger::info("listening and serving debug and metrics on: " + config_.metrics_listen_addr);
        return {};
    }

    void awaitSignal() {
        signals_.async_wait([this](boost::system::error_code error, int signal) {
            if (error) return;
            if (signal != SIGHUP) return stop(signal);
            logger::info("Received SIGHUP, reloading ACL policy", {{"signal", "hangup"}});
            if (auto reloaded = api_.reloadPolicy(); !reloaded) logger::error("reloading policy", {{"error", reloaded.error().message}});
            awaitSignal();
        });
    }

    void tick() {
        faults_.tick();
        api_.connectWaiting();
        if (options_.churn_ms > 0 && clock_.steadyMs() >= next_churn_) {
            churn_.step();
            next_churn_ = clock_.steadyMs() + options_.churn_ms;
        }
        timer_.expires_after(kTick);
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error) tick();
        });
    }

    void stop(int signal) {
        logger::info("Received signal to stop, shutting down gracefully", {{"signal", ::strsignal(signal)}});
        faults_.stop();
        timer_.cancel();
        socket_.stop();
        public_.stop();
        debug_.stop();
        grpc_.stop(kGraceMs);
        logger::info("Headscale stopped");
        loop_.stop();
    }

    const Options& options_;
    const DemoConfig& config_;
    SystemClock clock_;
    boost::asio::io_context loop_{1};
    Tailnet tailnet_;
    Api api_;
    Faults faults_;
    WebState web_;
    Churn churn_;
    GrpcServer grpc_;
    HttpServer socket_;
    HttpServer public_;
    HttpServer debug_;
    boost::asio::signal_set signals_;
    boost::asio::steady_timer timer_;
    std::int64_t next_churn_ = 0;
};

}  // namespace

int serve(const Options& options, const DemoConfig& config) {
    Process process(options, config);
    if (auto started = process.start(); !started) {
        logger::fatal("headscale ran into an error and had to shut down: " + started.error().message);
        return 1;
    }
    process.run();
    // All that was acknowledged is on disk; taking a large fleet apart would only cost the second a stop may take.
    std::_Exit(0);
}

Status configTest(const Options& options, const DemoConfig& config) {
    if (auto key = publicControlKey(config.noise_key_path); !key) return std::move(key).error();
    const SystemClock clock;
    Tailnet tailnet(clock);
    if (auto opened = openTailnet(tailnet, options, config); !opened) return opened;
    auto loaded = Api(tailnet, apiSettings(options, config)).reloadPolicy();
    return loaded ? Status() : Status(std::move(loaded).error().within("creating new headscale: init state: loading policy"));
}

}  // namespace masthead::demo
