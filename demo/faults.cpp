#include "demo/faults.hpp"

#include <sys/stat.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "demo/logger.hpp"
#include "host/base/clock.hpp"
#include "host/base/file.hpp"

namespace masthead::demo {

namespace {

constexpr std::chrono::milliseconds kLook{20};
// What a Go program's panic exits with.
constexpr int kPanicExit = 2;

}  // namespace

int httpFromGrpc(int code) {
    switch (code) {
        case 0: return 200;
        case 1: return 499;
        case 3: case 9: case 11: return 400;
        case 4: return 504;
        case 5: return 404;
        case 6: case 10: return 409;
        case 7: return 403;
        case 8: return 429;
        case 12: return 501;
        case 14: return 503;
        case 16: return 401;
        default: return 500;
    }
}

int FaultError::httpStatus() const { return code >= 100 ? code : httpFromGrpc(code); }

int FaultError::grpcCode() const {
    if (code < 100) return code;
    for (const int grpc : {3, 5, 6, 7, 8, 12, 14, 16, 4}) {
        if (httpFromGrpc(grpc) == code) return grpc;
    }
    return 2;
}

void Faults::load(const std::string& text) {
    delay_ms_ = 0;
    hang_ = false;
    crash_at_ms_ = 0;
    errors_.clear();
    if (text.empty()) return;
    auto parsed = parseJson(text, kLocalJson);
    if (!parsed) {
        logger::warn("faults file is not usable, no faults now", {{"path", path_}, {"error", parsed.error().message}});
        return;
    }
    delay_ms_ = (*parsed)["delay_ms"].asInt();
    hang_ = (*parsed)["hang"].asBool();
    if (parsed->has("crash_after_ms")) crash_at_ms_ = SystemClock().steadyMs() + (*parsed)["crash_after_ms"].asInt();
    for (const auto& [name, error] : (*parsed)["errors"].members()) {
        errors_[name] = {static_cast<int>(error["code"].asInt(2)), error.text("message"), error["count"].asInt(-1)};
    }
}

void Faults::refresh() {
    if (path_.empty()) return;
    struct stat info {};
    std::string now;
    if (::stat(path_.c_str(), &info) == 0) {
        now = std::to_string(info.st_size) + "." + std::to_string(info.st_ino) + "." + std::to_string(info.st_mtim.tv_sec) + "." +
              std::to_string(info.st_mtim.tv_nsec);
    }
    if (now == seen_) return;
    seen_ = now;
    load(now.empty() ? "" : readFile(path_, 1 << 20).valueOr(""));
    changed_.notify_all();
}

void Faults::tick() {
    const std::lock_guard lock(mutex_);
    refresh();
    if (crash_at_ms_ == 0 || SystemClock().steadyMs() < crash_at_ms_) return;
    std::fputs("panic: crash asked for by the faults file\n\ngoroutine 1 [running]:\n", stderr);
    std::_Exit(kPanicExit);
}

std::optional<FaultError> Faults::pass(const std::string& rpc, const std::string& route) {
    if (path_.empty()) return std::nullopt;
    std::unique_lock lock(mutex_);
    refresh();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(delay_ms_);
    changed_.wait_until(lock, deadline, [&] { return stopping_; });
    while (hang_ && !stopping_) {
        changed_.wait_for(lock, kLook);
        refresh();
    }
    for (const auto& name : {rpc, route}) {
        const auto error = errors_.find(name);
        if (error == errors_.end() || error->second.remaining == 0) continue;
        if (error->second.remaining > 0) --error->second.remaining;
        return error->second;
    }
    return std::nullopt;
}

void Faults::stop() {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
}

}  // namespace masthead::demo
