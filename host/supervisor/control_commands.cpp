#include <algorithm>

#include "host/base/log.hpp"
#include "host/supervisor/supervisor.hpp"

namespace masthead::supervisor {
namespace {

constexpr std::int64_t kDefaultLines = 200;
constexpr std::size_t kMaxLogBytes = std::size_t{2} << 20;

}  // namespace

Result<Json> Supervisor::command(const Json& request) {
    const std::string& name = request.text("cmd");
    if (name == "status") return status();
    if (name == "logs") return logs(request);
    log::info("control request", {{"cmd", name}, {"child", request.text("child")}});
    if (name == "reload") {
        reload();
        return Json::object();
    }
    if (name == "shutdown") {
        // After the answer has left: the stop closes the control socket.
        loop_.after(0, [this] { beginStop(); });
        return Json::object();
    }
    if (name == "restart" || name == "stop" || name == "start") return childCommand(name, request);
    return Error{Code::InvalidArgument,
                 "unknown cmd '" + name + "'; known: status, restart, stop, start, reload, shutdown, logs"};
}

Result<Json> Supervisor::childCommand(const std::string& name, const Json& request) {
    Child* child = childNamed(request.text("child"));
    if (child == nullptr)
        return Error{Code::NotFound, "unknown child '" + request.text("child") + "'; known: headscale, console, edge"};
    if (stop_requests_ > 0) return Error{Code::FailedPrecondition, "Masthead is stopping"};
    loop_.after(0, [this, child, name] {
        if (stop_requests_ > 0) return;  // a signal came in between: nothing may start again
        if (name == "restart") child->restart();
        if (name == "stop") child->stop(true);
        if (name == "start") child->start();
    });
    return Json::object();
}

Result<Json> Supervisor::logs(const Json& request) {
    const std::string& name = request.text("child");
    Child* child = childNamed(name);
    if (child == nullptr && name != "prepare")
        return Error{Code::NotFound, "unknown child '" + name + "'; known: headscale, console, edge, prepare"};
    const std::int64_t wanted = std::clamp<std::int64_t>(request["lines"].asInt(kDefaultLines), 0, ChildLog::kRing);
    const auto lines = (child ? child->log() : prepare_.log()).last(static_cast<std::size_t>(wanted));
    std::size_t first = lines.size();
    for (std::size_t bytes = 0; first > 0 && bytes + lines[first - 1].size() <= kMaxLogBytes; --first)
        bytes += lines[first - 1].size();
    Json out = Json::array();
    for (; first < lines.size(); ++first) out.push(lines[first]);
    return Json::object({{"lines", out}});
}

Json Supervisor::status() {
    Json list = Json::array();
    for (const Child* child : children()) list.push(child->status());
    Json out = Json::object({{"pid", ::getpid()}, {"version", MASTHEAD_VERSION}});
    out.set("uptime_ms", loop_.clock().steadyMs() - started_at_);
    out.set("children", list);
    return out;
}

void Supervisor::reload() {
    log::info("reloading");
    const Json line = Json::object({{"type", "reload"}});
    edge_.send(line);
    console_.send(line);
}

}  // namespace masthead::supervisor
