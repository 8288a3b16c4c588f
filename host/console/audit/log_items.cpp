#include "host/console/audit/log_items.hpp"

#include <algorithm>

namespace masthead::console::audit {

std::vector<LogItem> nextItems(store::Connection& connection, Cursor& cursor, std::int64_t newest, std::int64_t records) {
    // A record is followed by at most a checkpoint, an epoch and a statement.
    const std::int64_t limit = records * 4;
    auto rows = cursor.seq < newest ? store::AuditStore::after(connection, cursor.seq, std::min(records, newest - cursor.seq)) : std::vector<store::AuditRow>();
    auto seals = store::AuditSealStore::written(connection, cursor.seal, limit);
    const bool many = static_cast<std::int64_t>(seals.size()) == limit;
    // Seals of records that are long gone come first, however many they are.
    if (many && !rows.empty() && seals.back().seq < rows.front().seq) rows.clear();
    const std::int64_t reach = !rows.empty() ? rows.back().seq : many ? cursor.seq : newest;
    std::vector<LogItem> items;
    items.reserve(rows.size() + seals.size());
    std::size_t at = 0;
    const auto sealsUpTo = [&](std::int64_t seq) {
        for (; at < seals.size() && (seals[at].kind == "retention" || seals[at].seq <= seq); ++at) {
            cursor.seal = seals[at].id;
            items.emplace_back(std::move(seals[at]));
        }
    };
    for (auto& row : rows) {
        sealsUpTo(row.seq - 1);
        cursor.seq = row.seq;
        items.emplace_back(std::move(row));
    }
    sealsUpTo(reach);
    return items;
}

}  // namespace masthead::console::audit
