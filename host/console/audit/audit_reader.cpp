#include "host/console/audit/audit_reader.hpp"

#include <algorithm>

#include "host/base/timestamp.hpp"
#include "host/console/audit/sealing.hpp"
#include "host/console/store/database.hpp"

namespace masthead::console::audit {
namespace {

constexpr std::int64_t kMaxFacet = 500;

Json parsedOr(const std::string& text, Json fallback) {
    if (text.empty()) return fallback;
    auto parsed = parseJson(text, kLocalJson);
    return parsed ? std::move(*parsed) : Json(text);
}

}  // namespace

Json shown(const store::AuditRow& row) {
    Json out = Json::object({{"id", std::to_string(row.seq)},
                             {"at", formatTimestamp(row.at)},
                             {"principal", row.principal},
                             {"principal_id", row.principal_id},
                             {"action", row.action},
                             {"object", row.object},
                             {"outcome", row.outcome},
                             {"detail", parsedOr(row.detail, Json::object())},
                             {"request_id", row.request_id},
                             {"client", row.client},
                             {"auth", row.auth}});
    if (!row.before.empty()) out.append("before", parsedOr(row.before, Json()));
    if (!row.after.empty()) out.append("after", parsedOr(row.after, Json()));
    return out;
}

Result<Json> AuditReader::page(const store::AuditFilter& filter, std::uint32_t limit, std::int64_t before) {
    std::vector<store::AuditRow> rows;
    std::int64_t next = 0;  // records below this one have not been looked at
    Status status = database_.read([&](store::Connection& connection) -> Status {
        const std::int64_t started = clock_.steadyMs();
        std::int64_t top = store::AuditStore::head(connection).first + 1;
        std::int64_t bottom = store::AuditStore::first(connection);
        if (filter.from != 0 || filter.to != 0) {
            const auto [low, high] = store::AuditStore::timeBounds(connection, filter.from, filter.to);
            top = std::min(top, high + 1);
            bottom = std::max(bottom, low);
        }
        if (before > 0) top = std::min(top, before);
        while (top > bottom && bottom > 0) {
            const std::int64_t wanted = std::int64_t{limit} - static_cast<std::int64_t>(rows.size());
            const std::int64_t floor = std::max(bottom, top - kStep);
            auto some = store::AuditStore::matching(connection, filter, top, floor, wanted + 1);
            const bool full = static_cast<std::int64_t>(some.size()) > wanted;
            if (full) some.pop_back();
            rows.insert(rows.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
            if (full) {
                next = rows.back().seq;
                return {};
            }
            top = floor;
            if (clock_.steadyMs() - started >= kBudgetMs && top > bottom) {
                next = top;
                return {};
            }
        }
        return {};
    });
    if (!status) return std::move(status).error();
    Json records = Json::array();
    for (const auto& row : rows) records.push(shown(row));
    return Json::object({{"records", std::move(records)}, {"next", next > 0 ? Json(std::to_string(next)) : Json()}});
}

Result<Json> AuditReader::facets() {
    Json out = Json::object();
    Status status = database_.read([&](store::Connection& connection) -> Status {
        using Facet = store::AuditStore::Facet;
        const std::pair<const char*, Facet> all[] = {{"principals", Facet::Principal}, {"actions", Facet::Action}, {"outcomes", Facet::Outcome}};
        for (const auto& [name, which] : all) {
            Json values = Json::array();
            for (auto& value : store::AuditStore::facet(connection, which, kMaxFacet)) values.push(std::move(value));
            out.set(name, std::move(values));
        }
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<Json> AuditReader::summary() {
    Json out = Json::object();
    Status status = database_.read([&](store::Connection& connection) -> Status {
        const std::int64_t first = store::AuditStore::first(connection);
        const auto oldest = first > 0 ? store::AuditStore::after(connection, first - 1, 1) : std::vector<store::AuditRow>();
        out.set("records", store::AuditStore::count(connection));
        out.set("first", oldest.empty() ? Json() : Json::object({{"seq", std::to_string(first)}, {"at", formatTimestamp(oldest[0].at)}}));
        out.set("last_checkpoint", lastCheckpoint(connection));
        out.set("host", hostId(connection));
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

}  // namespace masthead::console::audit
