#include "host/supervisor/headscale_probe.hpp"

#include <algorithm>
#include <utility>

namespace masthead::supervisor {
namespace {

constexpr Json::Limits kProbeJson{8, Exchange::kMaxAnswer};
constexpr std::size_t kFrameHead = 9;
constexpr char kSettingsFrame = 4;

/// Chunk sizes, if any, stand outside the braces.
std::string_view objectIn(std::string_view body) {
    const auto begin = body.find('{');
    const auto end = body.rfind('}');
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
    return body.substr(begin, end - begin + 1);
}

}  // namespace

bool healthPasses(const std::string& body) {
    const auto parsed = parseJson(objectIn(body), kProbeJson);
    return parsed && parsed->text("status") == "pass";
}

std::string publicKeyIn(const std::string& body) {
    const auto parsed = parseJson(objectIn(body), kProbeJson);
    if (!parsed) return {};
    const std::string& key = parsed->text("publicKey");
    const bool hex = key.size() == 69 && std::all_of(key.begin() + 5, key.end(),
                                                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    return hex && key.rfind("mkey:", 0) == 0 ? key : std::string();
}

bool isHttp2Settings(std::string_view bytes) {
    return bytes.size() >= kFrameHead && bytes[3] == kSettingsFrame && bytes.substr(0, 5) != "HTTP/";
}

void HeadscaleProbe::full(const Json& run, Done done) {
    run_ = run;
    result_ = {};
    done_ = std::move(done);
    askHealth([this] { askKey(); });
}

void HeadscaleProbe::health(const Json& run, Done done) {
    run_ = run;
    result_ = {};
    done_ = std::move(done);
    askHealth([this] { finish({}); });
}

void HeadscaleProbe::finish(const std::string& missing) {
    result_.missing = missing;
    const auto done = std::exchange(done_, nullptr);
    const ProbeResult result = result_;
    if (done) done(result);
}

void HeadscaleProbe::get(const std::string& address, const std::string& target,
                         std::function<void(std::optional<std::string>)> then) {
    exchange_ = std::make_unique<Exchange>(
        loop_, address, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", timeout_ms_, httpComplete,
        [then = std::move(then)](std::optional<std::string> answer) { then(answer ? httpBody(*answer) : std::nullopt); });
}

void HeadscaleProbe::askHealth(std::function<void()> next) {
    get(run_.text("http"), "/health", [this, next = std::move(next)](std::optional<std::string> body) {
        result_.healthy = body && healthPasses(*body);
        if (result_.healthy) {
            next();
        } else {
            finish("GET /health");
        }
    });
}

void HeadscaleProbe::askKey() {
    get(run_.text("http"), "/key?v=113", [this](std::optional<std::string> body) {
        if (body) result_.public_key = publicKeyIn(*body);
        if (result_.public_key.empty()) return finish("GET /key");
        askSocket();
    });
}

void HeadscaleProbe::askSocket() {
    // The HTTP/2 preface with empty SETTINGS: a gRPC server answers with its own SETTINGS, a REST server otherwise.
    static const std::string kPreface = std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + std::string("\0\0\0\x04\0\0\0\0\0", 9);
    exchange_ = std::make_unique<Exchange>(
        loop_, run_.text("socket"), kPreface, timeout_ms_, [](std::string_view bytes) { return bytes.size() >= kFrameHead; },
        [this](std::optional<std::string> answer) {
            if (answer && isHttp2Settings(*answer)) {
                result_.socket_answers = true;
                return finish({});
            }
            askSocketRest();
        });
}

void HeadscaleProbe::askSocketRest() {
    get(run_.text("socket"), "/api/v1/health", [this](std::optional<std::string> body) {
        result_.socket_answers = body.has_value();
        finish(body ? "" : "API on the unix socket");
    });
}

}  // namespace masthead::supervisor
