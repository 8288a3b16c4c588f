#include "host/console/store/key_ring_store.hpp"

#include "host/console/store/database.hpp"

namespace masthead::console::store {

std::vector<DataKeyRow> KeyRingStore::keys(Connection& connection) {
    std::vector<DataKeyRow> out;
    for (const Row& row : connection.query("SELECT id, purpose, created_at, retired_at FROM data_keys ORDER BY id")) {
        DataKeyRow& key = out.emplace_back(DataKeyRow{row[0].integer(), row[1].text(), row[2].integer(), row[3].integer(), {}});
        for (const Row& wrap : connection.query("SELECT master, wrapped FROM data_key_wraps WHERE key_id = $1", {key.id})) {
            key.wraps[wrap[0].text()] = wrap[1].bytes();
        }
    }
    return out;
}

std::int64_t KeyRingStore::addKey(Transaction& transaction, const std::string& purpose, std::int64_t now) {
    transaction.execute("INSERT INTO data_keys (purpose, created_at) VALUES ($1, $2)", {purpose, now});
    return transaction.query("SELECT MAX(id) FROM data_keys")[0][0].integer();
}

void KeyRingStore::putWrap(Transaction& transaction, std::int64_t key, const std::string& master, const std::string& wrapped) {
    transaction.execute(
        "INSERT INTO data_key_wraps (key_id, master, wrapped) VALUES ($1, $2, $3) "
        "ON CONFLICT (key_id, master) DO UPDATE SET wrapped = excluded.wrapped",
        {key, master, Bytes{wrapped}});
}

void KeyRingStore::retireOthers(Transaction& transaction, std::int64_t active, std::int64_t now) {
    transaction.execute("UPDATE data_keys SET retired_at = $1 WHERE purpose = 'seal' AND id <> $2 AND retired_at = 0",
                        {now, active});
}

void KeyRingStore::removeKey(Transaction& transaction, std::int64_t key) {
    transaction.execute("DELETE FROM data_keys WHERE id = $1", {key});
}

void KeyRingStore::keepMaster(Transaction& transaction, const std::string& master) {
    transaction.execute("DELETE FROM data_key_wraps WHERE master <> $1", {master});
    transaction.execute("DELETE FROM master_keys WHERE id <> $1", {master});
}

void KeyRingStore::noteMaster(Transaction& transaction, const std::string& master, std::int64_t now) {
    transaction.execute("INSERT INTO master_keys (id, used_since) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING", {master, now});
}

std::map<std::string, std::int64_t> KeyRingStore::masters(Connection& connection) {
    std::map<std::string, std::int64_t> out;
    for (const Row& row : connection.query("SELECT id, used_since FROM master_keys")) out[row[0].text()] = row[1].integer();
    return out;
}

}  // namespace masthead::console::store
