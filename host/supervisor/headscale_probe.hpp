// Asks a headscale whether it is ready and alive: /health passes, /key shows the expected key, the socket API answers.
// Not thread-safe; runs in the event loop, one question at a time.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/base/json.hpp"
#include "host/supervisor/event_loop.hpp"
#include "host/supervisor/exchange.hpp"

namespace masthead::supervisor {

struct ProbeResult {
    bool healthy = false;
    std::string public_key;  // only of a full probe
    bool socket_answers = false;
    std::string missing;  // what failed, for status: "GET /health"
};

class HeadscaleProbe {
public:
    using Done = std::function<void(const ProbeResult&)>;
    HeadscaleProbe(EventLoop& loop, std::int64_t timeout_ms) : loop_(loop), timeout_ms_(timeout_ms) {}

    /// `run` is run/headscale.json. A probe that is still under way is dropped.
    void full(const Json& run, Done done);
    void health(const Json& run, Done done);
    void cancel() { exchange_.reset(); }

private:
    void askHealth(std::function<void()> next);
    void askKey();
    void askSocket();
    void askSocketRest();
    void get(const std::string& address, const std::string& target, std::function<void(std::optional<std::string>)> then);
    void finish(const std::string& missing);

    EventLoop& loop_;
    std::int64_t timeout_ms_;
    Json run_;
    ProbeResult result_;
    Done done_;
    std::unique_ptr<Exchange> exchange_;
};

/// `{"status":"pass"}` and nothing else counts. Pure functions.
bool healthPasses(const std::string& body);
/// "mkey:" and 64 hex digits, else empty.
std::string publicKeyIn(const std::string& body);
/// The server's first HTTP/2 frame is SETTINGS.
bool isHttp2Settings(std::string_view bytes);

}  // namespace masthead::supervisor
