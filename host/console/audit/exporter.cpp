#include "host/console/audit/exporter.hpp"

#include <algorithm>

#include "host/console/audit/export_format.hpp"
#include "host/console/audit/log_items.hpp"
#include "host/console/audit/sealing.hpp"
#include "host/console/store/audit_seal_store.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::audit {
namespace {

constexpr std::int64_t kPage = 1000;

struct Start {
    ExportHeader header;
    std::int64_t newest = 0;
};

Result<Start> startOf(store::Database& database, const store::AuditFilter& filter) {
    Start start;
    Status status = database.read([&](store::Connection& connection) -> Status {
        start.header.host = hostId(connection);
        start.header.complete = filter.empty();
        if (const auto given_up = store::AuditSealStore::last(connection, "retention")) start.header.anchor = {given_up->seq, given_up->hash};
        start.newest = store::AuditStore::head(connection).first;
        return {};
    });
    if (!status) return std::move(status).error();
    return start;
}

Status writeAll(store::Database& database, const Start& start, const ExportSink& sink) {
    Cursor cursor{start.header.anchor.seq, 0};
    for (bool more = true; more;) {
        std::string text;
        Status status = database.read([&](store::Connection& connection) -> Status {
            for (const auto& item : nextItems(connection, cursor, start.newest, kPage)) text += lineOf(item);
            return {};
        });
        if (!status) return status;
        more = !text.empty() && sink(text);
    }
    return {};
}

Status writeFiltered(store::Database& database, const store::AuditFilter& filter, ExportForm form, std::int64_t newest, const ExportSink& sink) {
    // Oldest first in slices; within one the rows come newest first and are turned round.
    constexpr std::int64_t kSlice = 2000;
    std::int64_t from = 0;
    Status found = database.read([&](store::Connection& connection) -> Status {
        from = std::max<std::int64_t>(store::AuditStore::first(connection), 1);
        if (filter.from != 0 || filter.to != 0) {
            const auto [low, high] = store::AuditStore::timeBounds(connection, filter.from, filter.to);
            from = std::max(from, low);
            newest = std::min(newest, high);
        }
        return {};
    });
    if (!found) return found;
    for (bool gone = false; from <= newest && !gone; from += kSlice) {
        std::vector<store::AuditRow> rows;
        Status status = database.read([&](store::Connection& connection) -> Status {
            rows = store::AuditStore::matching(connection, filter, std::min(from + kSlice, newest + 1), from, kSlice);
            return {};
        });
        if (!status) return status;
        std::string text;
        for (auto row = rows.rbegin(); row != rows.rend(); ++row) text += form == ExportForm::Csv ? csvLine(*row) : recordLine(*row);
        gone = !text.empty() && !sink(text);
    }
    return {};
}

}  // namespace

Status exportLog(store::Database& database, const store::AuditFilter& filter, ExportForm form, std::int64_t to, const ExportSink& sink) {
    auto start = startOf(database, filter);
    if (!start) return std::move(start).error();
    start->header.part = to > 0 && to < start->newest;
    if (to > 0) start->newest = std::min(start->newest, to);
    if (!sink(form == ExportForm::Csv ? csvHead() : headerLine(start->header))) return {};
    if (form == ExportForm::JsonLines && filter.empty()) return writeAll(database, *start, sink);
    return writeFiltered(database, filter, form, start->newest, sink);
}

}  // namespace masthead::console::audit
