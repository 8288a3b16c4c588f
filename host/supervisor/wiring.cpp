#include <algorithm>
#include <utility>

#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/supervisor/environment.hpp"
#include "host/supervisor/programs.hpp"
#include "host/supervisor/supervisor.hpp"

namespace masthead::supervisor {
namespace {

constexpr std::int64_t kTickFreshMs = 10000;
constexpr std::int64_t kNotifyRetryMs = 100;
constexpr const char* kExtendStart = "EXTEND_TIMEOUT_USEC=120000000";

}  // namespace

Result<SpawnRequest> Supervisor::program(const std::string& name, std::vector<std::string> arguments) {
    SpawnRequest out;
    out.program = findProgram(name);
    if (out.program.empty())
        return Error{Code::NotFound, name + " lies neither beside masthead-supervisor nor in lib/masthead; install it again"};
    out.arguments = std::move(arguments);
    out.arguments.insert(out.arguments.end(), {"--config", config_.file});
    out.environment = allowedEnvironment(currentEnvironment(), EnvironmentFor::OurOwn);
    return out;
}

Prepare::Hooks Supervisor::prepareHooks() {
    Prepare::Hooks hooks;
    hooks.command = [this] { return program("masthead", {"prepare"}); };
    hooks.done = [this](std::optional<Reason> failure) { prepared(std::move(failure)); };
    hooks.progress = [this](const Json& progress) {
        headscale_.details().set("preparing", progress);
        tellSystemd(kExtendStart);
        // A long download must not keep the console away; what console and edge need is written before it.
        if (fileExists(paths_.allowlist())) startFront();
        noteChange();
    };
    return hooks;
}

Child::Hooks Supervisor::headscaleHooks() {
    Child::Hooks hooks;
    hooks.changed = [this] { noteChange(); };
    hooks.run_preflight = [this] { prepare_.start(); };
    hooks.cancel_preflight = [this] { prepare_.cancel(); };
    hooks.command = [this]() -> Result<SpawnRequest> {
        SpawnRequest out;
        out.program = run_.text("binary");
        if (!fileExists(out.program))
            return Error{Code::NotFound, "'" + out.program + "' does not exist; masthead headscale fetch gets a release"};
        for (const auto& argument : run_["args"].items()) out.arguments.push_back(argument.asString());
        out.environment = allowedEnvironment(currentEnvironment(), EnvironmentFor::Headscale);
        return out;
    };
    return hooks;
}

Child::Hooks Supervisor::consoleHooks() {
    Child::Hooks hooks;
    hooks.changed = [this] { noteChange(); };
    hooks.spawned = [this] { tellConsole(); };
    hooks.command = [this]() -> Result<SpawnRequest> {
        auto out = program("masthead", {"console"});
        if (out) out->environment.push_back("MASTHEAD_CRASH_DIR=" + paths_.crashDir());
        return out;
    };
    return hooks;
}

Child::Hooks Supervisor::edgeHooks() {
    Child::Hooks hooks;
    hooks.changed = [this] { noteChange(); };
    hooks.spawned = [this] {
        tellEdge();
        console_.send(edgesLine());
    };
    hooks.line = [this](const Json& line) {
        const std::string& type = line.text("type");
        if (type != "tunnel" && type != "counts") return;
        if (type == "counts") {
            edge_.details().set("connections", line["connections"]);
            edge_.details().set("tunnels", line["tunnels"]);
        }
        console_.send(line);
    };
    hooks.command = [this]() -> Result<SpawnRequest> {
        auto out = program("masthead-edge", {});
        if (!out) return out;
        std::string names;
        for (const auto& listener : listeners_) {
            out->descriptors.push_back(listener.fd.get());
            names += names.empty() ? "public" : ":public";
        }
        out->environment.push_back("LISTEN_FDS=" + std::to_string(listeners_.size()));
        out->environment.push_back("LISTEN_FDNAMES=" + names);
        out->listen_pid = true;
        out->raise_nofile = true;
        return out;
    };
    return hooks;
}

void Supervisor::prepared(std::optional<Reason> failure) {
    headscale_.details().erase("preparing");
    if (!failure) {
        const auto text = readFile(paths_.headscaleRun(), std::size_t{64} << 10);
        auto parsed = text ? parseJson(*text) : Result<Json>(text.error());
        if (!parsed) {
            failure = Reason{"", "masthead prepare left no usable " + paths_.headscaleRun() + ": " + parsed.error().message};
        } else {
            run_ = std::move(*parsed);
            for (const char* name : {"version", "source", "demo"}) headscale_.details().set(name, run_[name]);
        }
    }
    startFront();
    edge_.send(Json::object({{"type", "allowlist"}}));
    if (failure) {
        headscale_.preflightFailed(std::move(*failure));
    } else {
        headscale_.preflightPassed();
    }
}

void Supervisor::startFront() {
    if (front_started_ || stop_requests_ > 0) return;
    front_started_ = true;
    console_.start();
    edge_.start();
}

Json Supervisor::headscaleLine() const {
    return Json::object({{"type", "headscale"}, {"state", headscale_.ready() ? "ready" : "away"}, {"run", run_}});
}

Json Supervisor::consoleLine() const {
    return Json::object({{"type", "console"}, {"state", console_.ready() ? "ready" : "away"}});
}

Json Supervisor::edgesLine() const {
    Json pids = Json::array();
    if (edge_.pid() > 0) pids.push(edge_.pid());
    return Json::object({{"type", "edges"}, {"pids", pids}});
}

void Supervisor::tellConsole() {
    console_.send(edgesLine());
    Json line = Json::object({{"type", "state"}});
    line.set("children", status()["children"]);
    console_.send(line);
    console_.send(headscaleLine());
}

void Supervisor::tellEdge() {
    edge_.send(headscaleLine());
    edge_.send(consoleLine());
}

void Supervisor::noteChange() {
    if (std::exchange(change_noted_, true)) return;
    loop_.after(0, [this] {
        change_noted_ = false;
        settle();
    });
}

void Supervisor::settle() {
    watchHeadscale();
    if (std::exchange(headscale_told_, headscale_.ready()) != headscale_.ready()) {
        console_.send(headscaleLine());
        edge_.send(headscaleLine());
    }
    if (std::exchange(console_told_, console_.ready()) != console_.ready()) edge_.send(consoleLine());
    console_.send(edgesLine());
    Json line = Json::object({{"type", "state"}});
    line.set("children", status()["children"]);
    console_.send(line);
    notifyState();
    if (stop_requests_ > 0) advanceStop();
}

void Supervisor::notifyState() {
    std::string text;
    for (const Child* child : children()) {
        text += (text.empty() ? "" : ", ") + child->name() + " " + stateName(child->state());
    }
    tellSystemd("STATUS=" + text);
    if (announced_ready_ || !console_.ready() || !edge_.ready()) return;
    announced_ready_ = true;
    tellSystemd("READY=1");
    log::info("console: " + config_.public_url + "/admin/", {{"headscale", stateName(headscale_.state())}});
}

void Supervisor::tellSystemd(const std::string& state) {
    if (notify_.send(state) || std::exchange(notify_retry_, true)) return;
    loop_.after(kNotifyRetryMs, [this] {
        notify_retry_ = false;
        tellSystemd("");
    });
}

void Supervisor::watchdog() {
    if (notify_.watchdogMs() == 0) return;
    const std::int64_t now = loop_.clock().steadyMs();
    const auto fresh = [&](const Child& child) { return !child.ready() || now - child.lastTickMs() <= kTickFreshMs; };
    if (fresh(console_) && fresh(edge_)) tellSystemd("WATCHDOG=1");
    loop_.after(notify_.watchdogMs(), [this] { watchdog(); });
}

}  // namespace masthead::supervisor
