#include "host/console/audit/keeper.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "host/base/log.hpp"
#include "host/console/audit/archive.hpp"
#include "host/console/audit/head_file.hpp"
#include "host/console/audit/sealing.hpp"
#include "host/console/events/event_bus.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/audit_store.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::audit {
namespace {

constexpr const char* kHeadMade = "head-file";
constexpr std::int64_t kRetainEveryMs = 60 * 60 * 1000;
constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;
constexpr std::int64_t kRemoveAtOnce = 2000;
constexpr auto kBusy = std::chrono::seconds(1);
constexpr auto kIdle = std::chrono::seconds(10);
/// A hook runs before its transaction is committed: a second look finds what the first was too early for.
constexpr int kLooks = 3;

/// What both places say, read so that the file can only be behind.
struct Seen {
    std::optional<Head> file;
    Head log;
    std::string hash_at_file;  // of the log's record with the file's number; empty when it is not kept
    bool file_expected = false;
};

Result<Seen> readBoth(store::Database& database, const std::string& head_file, std::int64_t now) {
    auto file = readHead(head_file);
    if (!file) return std::move(file).error();
    Seen seen;
    seen.file = std::move(*file);
    Status status = database.read([&](store::Connection& connection) -> Status {
        const auto [seq, hash] = store::AuditStore::head(connection);
        const auto checkpoint = store::AuditSealStore::last(connection, "checkpoint");
        seen.log = {hostId(connection), seq, hash, checkpoint ? checkpoint->number : 0, now};
        seen.file_expected = store::AuditSealStore::value(connection, kHeadMade).has_value();
        if (seen.file) {
            if (const auto row = store::AuditStore::find(connection, seen.file->seq)) seen.hash_at_file = row->hash;
        }
        return {};
    });
    if (!status) return std::move(status).error();
    return seen;
}

std::string contradiction(const Seen& seen) {
    const auto number = [](std::int64_t value) { return std::to_string(value); };
    if (!seen.file) return seen.file_expected ? "the audit log's counter file is gone" : "";
    if (seen.file->host != seen.log.host) return "the audit log belongs to host " + seen.log.host + ", its counter file to " + seen.file->host;
    if (seen.file->seq > seen.log.seq) return "the audit log ends at record " + number(seen.log.seq) + ", its counter file knows of record " + number(seen.file->seq);
    if (!seen.hash_at_file.empty() && seen.hash_at_file != seen.file->hash) return "record " + number(seen.file->seq) + " of the audit log is not the one its counter file knows";
    if (seen.file->checkpoint > seen.log.checkpoint) return "checkpoints are missing from the audit log";
    return {};
}

Json headJson(std::int64_t seq, const std::string& hash) { return Json::object({{"seq", seq}, {"hash", hash}}); }

}  // namespace

Keeper::Keeper(Parts parts) : parts_(std::move(parts)) {
    parts_.log.onAppend([this] {
        {
            const std::lock_guard lock(mutex_);
            dirty_ = kLooks;
        }
        changed_.notify_all();
    });
}

Keeper::~Keeper() {
    stop();
    parts_.log.onAppend({});
}

Status Keeper::look() {
    const std::lock_guard looking(look_mutex_);
    Status status = follow();
    std::string fresh;
    {
        const std::lock_guard lock(mutex_);
        // A disk that is full is no contradiction, and tells itself elsewhere.
        if (status || status.error().code == Code::FailedPrecondition) {
            const std::string now = status ? std::string() : status.error().message;
            if (now != problem_) fresh = now;
            problem_ = now;
        }
    }
    if (!fresh.empty()) {
        log::error("the audit log was tampered with, or an older database was put in place", {{"finding", fresh}});
        if (parts_.alarm) parts_.alarm(fresh);
    }
    return status;
}

Status Keeper::follow() {
    auto both = readBoth(parts_.database, parts_.head_file, parts_.clock.wallMs());
    if (!both) return std::move(both).error();
    const Head& log = both->log;
    if (seen_ >= 0 && log.seq > seen_) {
        if (parts_.events) parts_.events->publish("audit.appended", "core.audit.read", Json::object());
        if (parts_.grown) parts_.grown();
    }
    seen_ = std::max(seen_, log.seq);
    if (log.host.empty()) return {};  // not sealed, so there is nothing to compare with
    if (const std::string wrong = contradiction(*both); !wrong.empty()) return Error{Code::FailedPrecondition, wrong};
    if (!both->file || both->file->seq < log.seq || both->file->checkpoint < log.checkpoint) {
        if (Status written = writeHead(parts_.head_file, log); !written) return written;
    }
    if (!both->file_expected) {
        Status kept = parts_.database.write([](store::Transaction& transaction) -> Status {
            store::AuditSealStore::putValue(transaction, kHeadMade, "1");
            return {};
        });
        if (!kept) return kept;
    }
    std::int64_t sealed_to = 0;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        if (const auto last = store::AuditSealStore::last(connection, "checkpoint")) sealed_to = last->seq;
        return {};
    });
    if (!read) return read;
    const std::int64_t now = parts_.clock.steadyMs();
    if (log.seq <= sealed_to) {
        unsealed_since_ = -1;
    } else if (unsealed_since_ < 0) {
        unsealed_since_ = now;
    } else if (now - unsealed_since_ >= kCheckpointMs) {
        unsealed_since_ = -1;
        return parts_.log.checkpoint();
    }
    return {};
}

Result<std::int64_t> Keeper::retain() {
    if (parts_.retention_days == 0) return std::int64_t{0};
    const std::int64_t cutoff = parts_.clock.wallMs() - std::int64_t{parts_.retention_days} * kDayMs;
    std::optional<store::AuditSeal> below;
    std::int64_t first = 0;
    std::int64_t given_up = 0;
    Status read = parts_.database.read([&](store::Connection& connection) -> Status {
        below = store::AuditSealStore::checkpointBefore(connection, cutoff);
        first = store::AuditStore::first(connection);
        if (const auto last = store::AuditSealStore::last(connection, "retention")) given_up = last->seq;
        return {};
    });
    if (!read) return std::move(read).error();
    if (below && first > 0 && below->seq >= first && below->seq > given_up) {
        if (!parts_.archive_dir.empty()) {
            if (Status archived = archiveLog(parts_.database, parts_.archive_dir, first, below->seq); !archived) return std::move(archived).error();
        }
        Entry entry;
        entry.principal = entry.principal_id = "masthead";
        entry.action = "audit.retention";
        entry.object = "audit/" + std::to_string(first) + "-" + std::to_string(below->seq);
        entry.detail = Json::object({{"days", parts_.retention_days}, {"removed_to", below->seq}, {"hash", below->hash}, {"archived", !parts_.archive_dir.empty()}});
        auto stated = parts_.log.state(entry, "retention", below->seq, below->hash, Json::object({{"checkpoint", below->number}}));
        if (!stated) return std::move(stated).error();
        given_up = below->seq;
    }
    // In small steps, so that writers never wait for long; what a stop leaves over goes the next time.
    std::int64_t removed = 0;
    for (std::int64_t some = kRemoveAtOnce; some == kRemoveAtOnce && given_up > 0;) {
        Status status = parts_.database.write([&](store::Transaction& transaction) -> Status {
            some = store::AuditStore::remove(transaction, given_up, kRemoveAtOnce);
            if (some < kRemoveAtOnce) store::AuditSealStore::removeCheckpointsBelow(transaction, given_up);
            return {};
        });
        if (!status) return std::move(status).error();
        removed += some;
    }
    return removed;
}

Status Keeper::restored(Entry who, const std::string& reason) {
    const std::lock_guard looking(look_mutex_);
    auto both = readBoth(parts_.database, parts_.head_file, parts_.clock.wallMs());
    if (!both) return std::move(both).error();
    who.action = "audit.restored";
    who.object = "audit";
    const Head lost = both->file.value_or(Head{});
    const Json kept = headJson(both->log.seq, both->log.hash);
    who.detail = Json::object({{"reason", reason}, {"kept", kept}, {"lost", headJson(lost.seq, lost.hash)}, {"lost_host", lost.host}});
    auto stated = parts_.log.state(who, "restored", 0, "", Json::object({{"kept", kept}, {"lost", headJson(lost.seq, lost.hash)}}));
    if (!stated) return std::move(stated).error();
    both = readBoth(parts_.database, parts_.head_file, parts_.clock.wallMs());
    if (!both) return std::move(both).error();
    if (Status written = writeHead(parts_.head_file, both->log); !written) return written;
    const std::lock_guard lock(mutex_);
    problem_.clear();
    return {};
}

std::string Keeper::problem() const {
    const std::lock_guard lock(mutex_);
    return problem_;
}

void Keeper::start() {
    worker_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void Keeper::stop() {
    if (!worker_.joinable()) return;
    worker_.request_stop();
    changed_.notify_all();
    worker_.join();
    if (Status sealed = parts_.log.checkpoint(); !sealed) log::warning("no last checkpoint of the audit log", {{"cause", sealed.error().message}});
    static_cast<void>(look());
}

void Keeper::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (Status looked = look(); !looked && looked.error().code != Code::FailedPrecondition) {
            log::debug("the audit log's keeper could not look", {{"cause", looked.error().message}});
        }
        const std::int64_t now = parts_.clock.steadyMs();
        if (retained_at_ < 0 || now - retained_at_ >= kRetainEveryMs) {
            retained_at_ = now;
            if (auto removed = retain(); !removed) log::warning("old audit records could not be removed", {{"cause", removed.error().message}});
        }
        std::unique_lock lock(mutex_);
        // At most one look a second, however much is written.
        changed_.wait_for(lock, stop, kBusy, [] { return false; });
        if (dirty_ > 0) {
            --dirty_;
            continue;
        }
        changed_.wait_for(lock, stop, kIdle, [this] { return dirty_ > 0; });
    }
}

}  // namespace masthead::console::audit
