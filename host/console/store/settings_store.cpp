#include "host/console/store/settings_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {

std::optional<Json> SettingsStore::get(Connection& connection, const std::string& name) {
    const Rows rows = connection.query("SELECT value FROM settings WHERE name = $1", {name});
    if (rows.empty()) return std::nullopt;
    auto parsed = parseJson(rows[0][0].text(), kLocalJson);
    if (!parsed) return std::nullopt;
    return std::move(*parsed);
}

void SettingsStore::put(Transaction& transaction, const std::string& name, const Json& value) {
    transaction.execute("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        {name, value.dump()});
}

void SettingsStore::remove(Transaction& transaction, const std::string& name) {
    transaction.execute("DELETE FROM settings WHERE name = $1", {name});
}

Result<std::optional<Json>> SettingsStore::get(const std::string& name) {
    std::optional<Json> out;
    Status status = database_.read([&](Connection& connection) -> Status {
        out = get(connection, name);
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Status SettingsStore::put(const std::string& name, const Json& value) {
    return database_.write([&](Transaction& transaction) -> Status {
        put(transaction, name, value);
        return {};
    });
}

}  // namespace masthead::console::store
