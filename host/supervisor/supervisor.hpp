// The supervisor: three children, the preparation of headscale, the control socket, the words to systemd, and the order
// of start and stop. Everything runs in one thread in one event loop.
//
// Construct, open(), then run the loop until finished. Signals and listening sockets are given by main. The object owns
// the listening sockets for the life of the process; edges only borrow copies.
#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/config/config.hpp"
#include "host/config/paths.hpp"
#include "host/supervisor/child.hpp"
#include "host/supervisor/control_server.hpp"
#include "host/supervisor/headscale_probe.hpp"
#include "host/supervisor/listeners.hpp"
#include "host/supervisor/notify.hpp"
#include "host/supervisor/prepare.hpp"

namespace masthead::supervisor {

class Supervisor {
public:
    Supervisor(EventLoop& loop, const config::Config& config, std::vector<Listener> listeners, Notify& notify);
    ~Supervisor();
    Supervisor(const Supervisor&) = delete;
    Supervisor& operator=(const Supervisor&) = delete;

    /// Opens log pipes and the control socket, writes run/edge.json, starts the children.
    Status open();
    /// SIGINT and SIGTERM stop (the second one urgently, the third kills), SIGHUP reloads, SIGCHLD reaps.
    void signalled(int number);

private:
    // supervisor.cpp: life of the whole
    void beginStop();
    void advanceStop();
    void killAll();
    void reapStrays();
    std::vector<Child*> children() { return {&headscale_, &console_, &edge_}; }
    Child* childNamed(const std::string& name);

    // wiring.cpp: what the children are, and what they are told
    Child::Hooks headscaleHooks();
    Child::Hooks consoleHooks();
    Child::Hooks edgeHooks();
    Prepare::Hooks prepareHooks();
    Result<SpawnRequest> program(const std::string& name, std::vector<std::string> arguments);
    void prepared(std::optional<Reason> failure);
    void startFront();
    void tellConsole();
    void tellEdge();
    Json headscaleLine() const;
    Json consoleLine() const;
    Json edgesLine() const;
    void noteChange();
    void settle();
    void notifyState();
    /// Sends, and tries again shortly while systemd's queue is full.
    void tellSystemd(const std::string& state);
    void watchdog();

    // headscale_watch.cpp: readiness and liveness of headscale
    void watchHeadscale();
    void askHeadscale();
    void judgeReady(const ProbeResult& result);
    bool keyIsExpected(const std::string& key);
    void rememberKey(const std::string& key);

    // control_commands.cpp
    Result<Json> command(const Json& request);
    Result<Json> childCommand(const std::string& name, const Json& request);
    Result<Json> logs(const Json& request);
    Json status();
    void reload();

    EventLoop& loop_;
    config::Config config_;
    config::Paths paths_;
    std::vector<Listener> listeners_;
    Notify& notify_;
    LogOptions log_options_;
    std::int64_t started_at_;
    Prepare prepare_;
    Child headscale_;
    Child console_;
    Child edge_;
    ControlServer control_;
    HeadscaleProbe probe_;

    Json run_;  // run/headscale.json of the last preparation
    bool front_started_ = false;
    bool change_noted_ = false;
    bool announced_ready_ = false;
    bool notify_retry_ = false;
    bool headscale_told_ = false;  // last state told: ready?
    bool console_told_ = false;
    bool watching_ = false;
    EventLoop::TimerId watch_timer_ = 0;
    std::int64_t stop_began_ = 0;
    int stop_requests_ = 0;
    bool console_asked_ = false;
    bool headscale_asked_ = false;
};

}  // namespace masthead::supervisor
