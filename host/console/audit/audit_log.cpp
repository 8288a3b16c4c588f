#include "host/console/audit/audit_log.hpp"

#include <limits>

#include "host/base/timestamp.hpp"
#include "host/console/audit/canonical.hpp"
#include "host/console/store/audit_store.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::audit {
namespace {

constexpr std::size_t kMaxText = 512;
constexpr std::size_t kMaxDetail = 16 * 1024;

/// Bounded, without the control characters that could forge a line where the log is shown as text.
std::string bounded(std::string_view text, std::size_t limit = kMaxText) {
    std::string out;
    for (const char c : text.substr(0, limit)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    while (!out.empty() && text.size() > limit && (static_cast<unsigned char>(out.back()) & 0xc0) == 0x80) out.pop_back();
    if (text.size() > limit) out += "[cut from " + std::to_string(text.size()) + " bytes]";
    return out;
}

std::string detailText(const Json& detail) {
    std::string text = detail.dump();
    if (text.size() <= kMaxDetail) return text;
    return Json::object({{"cut_from_bytes", static_cast<long long>(text.size())}}).dump();
}

std::int64_t append(store::Transaction& transaction, const Entry& entry, std::int64_t now, std::int64_t intent) {
    const auto last = store::AuditStore::last(transaction);
    store::AuditRow row;
    row.seq = last ? last->seq + 1 : 1;
    row.at = now;
    row.principal = bounded(entry.principal);
    row.principal_id = bounded(entry.principal_id);
    row.action = bounded(entry.action);
    row.object = bounded(entry.object);
    row.outcome = entry.outcome;
    row.detail = detailText(entry.detail);
    row.request_id = bounded(entry.request_id);
    row.client = bounded(entry.client);
    row.intent = intent;
    row.previous = last ? last->hash : kGenesis;
    row.hash = chainHash(row.previous, row);
    store::AuditStore::append(transaction, row);
    return row.seq;
}

Json shown(const store::AuditRow& row) {
    auto detail = parseJson(row.detail, kLocalJson);
    return Json::object({{"id", std::to_string(row.seq)},
                         {"at", formatTimestamp(row.at)},
                         {"principal", row.principal},
                         {"principal_id", row.principal_id},
                         {"action", row.action},
                         {"object", row.object},
                         {"outcome", row.outcome},
                         {"detail", detail ? std::move(*detail) : Json::object()},
                         {"request_id", row.request_id},
                         {"client", row.client}});
}

}  // namespace

Entry Entry::of(const Request& request, std::string action, std::string object) {
    const Principal& who = request.principal;
    Entry entry;
    entry.principal = !who.email.empty() ? who.email : !who.name.empty() ? who.name : who.anonymous() ? "anonymous" : who.id;
    entry.principal_id = who.id;
    entry.action = std::move(action);
    entry.object = std::move(object);
    entry.request_id = request.id;
    entry.client = request.client;
    return entry;
}

Status AuditLog::record(const Entry& entry) {
    return database_.write([&](store::Transaction& transaction) -> Status {
        append(transaction, entry, clock_.wallMs(), 0);
        return {};
    });
}

Result<std::int64_t> AuditLog::record(store::Transaction& transaction, const Entry& entry) {
    return append(transaction, entry, clock_.wallMs(), 0);
}

Result<std::int64_t> AuditLog::intent(Entry entry) {
    entry.outcome = "intent";
    std::int64_t seq = 0;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        seq = append(transaction, entry, clock_.wallMs(), 0);
        return {};
    });
    if (!status) return std::move(status).error();
    return seq;
}

Status AuditLog::outcome(std::int64_t intent, Entry entry) {
    return database_.write([&](store::Transaction& transaction) -> Status {
        append(transaction, entry, clock_.wallMs(), intent);
        return {};
    });
}

Result<std::int64_t> AuditLog::closeOpenIntents() {
    std::int64_t closed = 0;
    Status status = database_.write([&](store::Transaction& transaction) -> Status {
        for (const auto& row : store::AuditStore::openIntents(transaction)) {
            Entry entry{row.principal, row.principal_id, row.action, row.object, "unknown",
                        Json::object({{"reason", "the console stopped before the outcome was known"}}), row.request_id, row.client};
            append(transaction, entry, clock_.wallMs(), row.seq);
            ++closed;
        }
        return {};
    });
    if (!status) return std::move(status).error();
    return closed;
}

Result<Json> AuditLog::list(std::uint32_t limit, std::int64_t before) {
    std::vector<store::AuditRow> rows;
    const std::int64_t from = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
    Status status = database_.read([&](store::Connection& connection) -> Status {
        rows = store::AuditStore::page(connection, from, std::int64_t{limit} + 1);
        return {};
    });
    if (!status) return std::move(status).error();
    const bool more = rows.size() > limit;
    if (more) rows.pop_back();
    Json records = Json::array();
    for (const auto& row : rows) records.push(shown(row));
    return Json::object({{"records", std::move(records)}, {"next", more ? Json(std::to_string(rows.back().seq)) : Json()}});
}

Result<std::int64_t> AuditLog::verify() {
    std::int64_t checked = 0;
    std::string previous = kGenesis;
    Status status = database_.read([&](store::Connection& connection) -> Status {
        for (;;) {
            const auto rows = store::AuditStore::after(connection, checked, 1000);
            if (rows.empty()) return {};
            for (const auto& row : rows) {
                if (row.seq != checked + 1) {
                    return Error{Code::Internal, "the audit log lacks record " + std::to_string(checked + 1) + " (found " + std::to_string(row.seq) + " instead)"};
                }
                if (row.previous != previous || row.hash != chainHash(previous, row)) {
                    return Error{Code::Internal, "audit record " + std::to_string(row.seq) + " was changed after it was written"};
                }
                previous = row.hash;
                checked = row.seq;
            }
        }
    });
    if (!status) return std::move(status).error();
    return checked;
}

}  // namespace masthead::console::audit
