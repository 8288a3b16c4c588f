#include "host/console/store/plugin_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {
namespace {

Json parsed(const std::string& text) {
    auto value = parseJson(text, kLocalJson);
    return value ? std::move(*value) : Json::object();
}

}  // namespace

Status CrashStore::add(const std::string& plugin, std::int64_t at, const Json& detail) {
    return database_.write([&](Transaction& transaction) -> Status {
        transaction.execute("INSERT INTO plugin_crashes (plugin, at, detail) VALUES ($1, $2, $3)", {plugin, at, detail.dump()});
        return {};
    });
}

Result<std::vector<Crash>> CrashStore::list(const std::string& plugin, std::int64_t since, std::uint32_t limit) {
    std::vector<Crash> out;
    Status status = database_.read([&](Connection& connection) -> Status {
        for (const Row& row : connection.query("SELECT id, plugin, at, detail FROM plugin_crashes WHERE plugin = $1 AND at >= $2 "
                                               "ORDER BY at DESC, id DESC LIMIT $3",
                                               {plugin, since, std::int64_t{limit}})) {
            out.push_back({row[0].integer(), row[1].text(), row[2].integer(), parsed(row[3].text())});
        }
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Result<std::optional<Crash>> CrashStore::last(const std::string& plugin) {
    auto found = list(plugin, 0, 1);
    if (!found) return std::move(found).error();
    if (found->empty()) return std::optional<Crash>();
    return std::optional<Crash>(std::move(found->front()));
}

Result<Json> PluginStateStore::get(const std::string& plugin) {
    Json out = Json::object();
    Status status = database_.read([&](Connection& connection) -> Status {
        const Rows rows = connection.query("SELECT state FROM plugin_states WHERE plugin = $1", {plugin});
        if (!rows.empty()) out = parsed(rows[0][0].text());
        return {};
    });
    if (!status) return std::move(status).error();
    return out;
}

Status PluginStateStore::put(const std::string& plugin, const Json& state) {
    return database_.write([&](Transaction& transaction) -> Status {
        transaction.execute(
            "INSERT INTO plugin_states (plugin, state) VALUES ($1, $2) ON CONFLICT (plugin) DO UPDATE SET state = excluded.state",
            {plugin, state.dump()});
        return {};
    });
}

}  // namespace masthead::console::store
