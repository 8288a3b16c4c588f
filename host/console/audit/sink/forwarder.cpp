#include "host/console/audit/sink/forwarder.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <tuple>

#include "host/base/log.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/audit/export_format.hpp"
#include "host/console/audit/sealing.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::audit {
namespace {

constexpr const char* kPosition = "sink-position";
constexpr std::int64_t kFirstWaitMs = 1000;

}  // namespace

Forwarder::Forwarder(Parts parts) : parts_(std::move(parts)) {}

Forwarder::~Forwarder() { stop(); }

Status Forwarder::load() {
    std::optional<std::string> text;
    Cursor end;
    std::string hash;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        text = store::AuditSealStore::value(connection, kPosition);
        std::tie(end.seq, hash) = store::AuditStore::head(connection);
        host_id_ = hostId(connection);
        return {};
    });
    if (!read) return read;
    const auto kept = text ? parseJson(*text, kLocalJson) : Result<Json>(Json());
    const bool same = kept && kept->text("target") == parts_.identity;
    // A restored database may be older than the position.
    cursor_ = same ? Cursor{std::min((*kept)["seq"].asInt(), end.seq), (*kept)["seal"].asInt()} : end;
    safe_ = cursor_;
    introduced_ = same && (*kept)["introduced"].asBool();
    const std::lock_guard lock(mutex_);
    dropped_ = dropped_told_ = same ? (*kept)["dropped"].asInt() : 0;
    loaded_ = true;
    return {};
}

void Forwarder::keep() {
    std::int64_t dropped = 0;
    {
        const std::lock_guard lock(mutex_);
        dropped = dropped_;
    }
    const Json position = Json::object({{"target", parts_.identity}, {"seq", safe_.seq}, {"seal", safe_.seal}, {"introduced", introduced_}, {"dropped", dropped}});
    Status kept = parts_.database.write([&](store::Transaction& transaction) -> Status {
        store::AuditSealStore::putValue(transaction, kPosition, position.dump());
        return {};
    });
    // Without it a restart sends some records twice; the log itself is not concerned.
    if (!kept) log::debug("the position of the audit sink could not be kept", {{"cause", kept.error().message}});
}

Result<Forwarder::Plan> Forwarder::plan() {
    Plan plan;
    plan.after = cursor_;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        plan.newest = store::AuditStore::head(connection).first;
        if (plan.newest - plan.after.seq > kQueue) {
            const std::int64_t jump = plan.newest - kQueue;
            const std::lock_guard lock(mutex_);
            dropped_ += jump - plan.after.seq;
            plan.after.seq = jump;
        }
        cursor_.seq = plan.after.seq;
        if (!introduced_) {
            const auto last = store::AuditStore::find(connection, plan.after.seq);
            ExportHeader header{host_id_, {plan.after.seq, last ? last->hash : ""}, true, true};
            SinkMessage first;
            first.line = headerLine(header);
            first.line.pop_back();
            first.at = parts_.clock.wallMs();
            plan.batch.push_back(std::move(first));
        }
        for (const auto& item : nextItems(connection, plan.after, plan.newest, kBatch)) plan.batch.push_back(messageOf(item));
        return {};
    });
    if (!read) return std::move(read).error();
    const std::lock_guard lock(mutex_);
    queued_ = plan.newest - cursor_.seq;
    return plan;
}

bool Forwarder::step(const std::stop_token& stop) {
    if (!loaded_) {
        if (Status loaded = load(); !loaded) {
            failed(loaded.error());
            return false;
        }
    }
    auto next = plan();
    if (!next) {
        failed(next.error());
        return false;
    }
    if (next->batch.empty()) {
        judge(next->newest);
        return false;
    }
    if (!outlet_) outlet_ = parts_.outlet(host_id_);
    Status sent = outlet_->send(next->batch, stop);
    if (!sent) {
        // What was handed to a network that broke may not have arrived: once more from where it surely did.
        if (!outlet_->confirms()) cursor_ = safe_;
        outlet_.reset();
        if (sent.error().code != Code::Cancelled) failed(sent.error());
        judge(next->newest);
        return false;
    }
    succeeded(*next);
    judge(next->newest);
    const std::lock_guard lock(mutex_);
    return queued_ > 0;
}

void Forwarder::succeeded(const Plan& plan) {
    introduced_ = true;
    safe_ = outlet_->confirms() ? plan.after : cursor_;
    cursor_ = plan.after;
    keep();
    const std::lock_guard lock(mutex_);
    queued_ = plan.newest - cursor_.seq;
    failing_since_ = -1;
    wait_ms_ = 0;
    last_sent_ = parts_.clock.wallMs();
    error_.clear();
}

void Forwarder::failed(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (failing_since_ < 0) {
        failing_since_ = parts_.clock.steadyMs();
        log::warning("the audit sink takes nothing", {{"cause", error.message}, {"detail", error.internal}});
    }
    wait_ms_ = std::min(wait_ms_ == 0 ? kFirstWaitMs : wait_ms_ * 2, kMaxWaitMs);
    error_ = error.message;
}

void Forwarder::judge(std::int64_t newest) {
    bool tell = false;
    bool raised = false;
    std::string text;
    {
        const std::lock_guard lock(mutex_);
        queued_ = newest - cursor_.seq;
        const bool lost = dropped_ > dropped_told_;
        const bool stuck = failing_since_ >= 0 && parts_.clock.steadyMs() - failing_since_ >= kAlarmMs;
        if (!alarm_ && (lost || stuck)) {
            alarm_ = tell = raised = true;
            text = lost ? "More than " + std::to_string(kQueue) + " audit records were waiting for the receiver, so the oldest are kept on this host only."
                        : "The receiver of the audit log has not taken a record for five minutes: " + error_ + ".";
        } else if (alarm_ && failing_since_ < 0 && queued_ == 0) {
            alarm_ = false;
            tell = true;
            text = "The receiver of the audit log takes records again. Kept on this host only: " + std::to_string(dropped_) + ".";
        }
        dropped_told_ = dropped_;
    }
    if (tell && parts_.alarm) parts_.alarm(raised, text);
}

Json Forwarder::status() {
    const std::lock_guard lock(mutex_);
    return Json::object({{"kind", parts_.kind},
                         {"state", failing_since_ >= 0 ? "failing" : queued_ > 0 ? "waiting" : "ok"},
                         {"queued", queued_},
                         {"dropped", dropped_},
                         {"alarm", alarm_},
                         {"error", error_.empty() ? Json() : Json(error_)},
                         {"last_sent", last_sent_ == 0 ? Json() : Json(formatTimestamp(last_sent_))}});
}

void Forwarder::start() {
    worker_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void Forwarder::stop() {
    if (!worker_.joinable()) return;
    worker_.request_stop();
    changed_.notify_all();
    worker_.join();
}

void Forwarder::wake() {
    {
        const std::lock_guard lock(mutex_);
        woken_ = true;
    }
    changed_.notify_all();
}

void Forwarder::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (step(stop)) continue;
        std::unique_lock lock(mutex_);
        if (wait_ms_ > 0) {
            // New records do not make a receiver come back.
            changed_.wait_for(lock, stop, std::chrono::milliseconds(wait_ms_), [] { return false; });
        } else {
            changed_.wait_for(lock, stop, std::chrono::milliseconds(kMaxWaitMs), [this] { return woken_; });
        }
        woken_ = false;
    }
}

}  // namespace masthead::console::audit
