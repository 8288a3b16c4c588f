#include "host/base/file.hpp"
#include "host/base/log.hpp"
#include "host/base/text.hpp"
#include "host/supervisor/supervisor.hpp"

namespace masthead::supervisor {

void Supervisor::watchHeadscale() {
    const bool wanted = headscale_.state() == State::Starting || headscale_.state() == State::Ready;
    if (wanted == watching_) return;
    watching_ = wanted;
    loop_.cancel(watch_timer_);
    probe_.cancel();
    headscale_.details().erase("waiting_for");
    if (wanted) askHeadscale();
}

void Supervisor::askHeadscale() {
    const auto again = [this](std::int64_t ms) { watch_timer_ = loop_.after(ms, [this] { askHeadscale(); }); };
    if (headscale_.ready()) {
        probe_.health(run_, [this, again](const ProbeResult& result) {
            if (result.healthy) {
                headscale_.alive();
            } else {
                headscale_.missed();
            }
            if (headscale_.ready()) again(config_.supervisor.live_interval_ms);
        });
        return;
    }
    probe_.full(run_, [this, again](const ProbeResult& result) {
        judgeReady(result);
        if (headscale_.state() == State::Starting) again(config_.supervisor.ready_interval_ms);
        if (headscale_.ready()) again(config_.supervisor.live_interval_ms);
    });
}

void Supervisor::judgeReady(const ProbeResult& result) {
    if (!result.missing.empty()) {
        headscale_.details().set("waiting_for", result.missing);
        headscale_.probeFailed();
        return;
    }
    if (!keyIsExpected(result.public_key)) {
        headscale_.fail(Reason{
            "key-missing",
            "headscale shows another public key than the one recorded in " + paths_.headscaleExpectedKey() +
                ": its noise key was lost or the data directory is a wrong one, and every client would have to log in again; "
                "restore headscale/noise.key, or, if the change is meant, delete that file and restart headscale"});
        return;
    }
    headscale_.probePassed();
    if (!headscale_.ready()) return;
    headscale_.details().erase("waiting_for");
    rememberKey(result.public_key);
}

bool Supervisor::keyIsExpected(const std::string& key) {
    // A stand-in's key is as invented as its fleet.
    if (run_["demo"].asBool()) return true;
    const auto expected = readFile(paths_.headscaleExpectedKey(), 4096);
    return !expected || trim(*expected).empty() || trim(*expected) == key;
}

void Supervisor::rememberKey(const std::string& key) {
    if (run_["demo"].asBool() || fileExists(paths_.headscaleExpectedKey())) return;
    if (auto written = writeFileAtomic(paths_.headscaleExpectedKey(), key + "\n"); !written) {
        log::warning("cannot record headscale's public key: " + written.error().message);
    }
}

}  // namespace masthead::supervisor
