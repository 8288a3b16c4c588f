#include "host/console/store/snapshot_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {

Result<std::optional<Snapshot>> SnapshotStore::get(const std::string& name) {
    std::optional<Snapshot> out;
    Status status = database_.read([&](Connection& connection) -> Status {
        const Rows rows = connection.query("SELECT at, body FROM snapshots WHERE name = $1", {name});
        if (!rows.empty()) out = Snapshot{rows[0][0].integer(), rows[0][1].text()};
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Status SnapshotStore::put(const std::string& name, const Snapshot& snapshot) {
    return database_.write([&](Transaction& transaction) -> Status {
        transaction.execute(
            "INSERT INTO snapshots (name, at, body) VALUES ($1, $2, $3) "
            "ON CONFLICT (name) DO UPDATE SET at = excluded.at, body = excluded.body",
            {name, snapshot.at, snapshot.body});
        return {};
    });
}

}  // namespace masthead::console::store
