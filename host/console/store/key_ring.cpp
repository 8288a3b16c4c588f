#include "host/console/store/key_ring.hpp"

#include <algorithm>

#include "host/base/log.hpp"
#include "host/base/timestamp.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/key_ring_places.hpp"
#include "host/console/store/sealer_box.hpp"

namespace masthead::console::store {
namespace {

std::shared_ptr<const SecretBytes> shared(SecretBytes bytes) { return std::make_shared<const SecretBytes>(std::move(bytes)); }

const char* nameOf(MasterKey::Origin origin) { return origin == MasterKey::Origin::Credential ? "credential" : "file"; }

}  // namespace

Result<std::shared_ptr<KeyRing>> KeyRing::open(Database& database, Clock& clock, MasterKeyPlace place) {
    std::shared_ptr<KeyRing> ring(new KeyRing(database, clock, std::move(place)));
    const std::lock_guard lock(ring->change_mutex_);
    if (Status loaded = ring->load(); !loaded) return std::move(loaded).error();
    // Nobody else works with the store yet, so nothing can still be written under a retired key.
    if (Status finished = ring->removeRetired(0); !finished) return std::move(finished).error();
    return ring;
}

std::shared_ptr<const Keys> KeyRing::keys() const {
    const std::lock_guard lock(keys_mutex_);
    return keys_;
}

void KeyRing::publish(Keys keys) {
    auto next = std::make_shared<const Keys>(std::move(keys));
    const std::lock_guard lock(keys_mutex_);
    keys_ = std::move(next);
}

void KeyRing::adopt(MasterKey master) {
    origin_ = master.origin;
    master_id_ = master.id;
    Keys next = *keys();
    next.master = shared(std::move(master.key));
    publish(std::move(next));
}

void KeyRing::step(const char* name) const {
    if (on_step) on_step(name);
}

Status KeyRing::load() {
    publish({});
    std::vector<DataKeyRow> rows;
    Status read = database_.read([&](Connection& connection) -> Status {
        rows = KeyRingStore::keys(connection);
        return {};
    });
    if (!read) return read;
    auto masters = place_.read();
    if (!masters) return std::move(masters).error();
    if (rows.empty()) return begin(std::move(*masters));
    if (Status opened = unwrap(rows, *masters); !opened) return opened;
    return settle(std::move(*masters));
}

/// A new data directory, or one from before there was a ring: its values stand under the master key itself.
Status KeyRing::begin(std::vector<MasterKey> masters) {
    if (masters.empty()) {
        auto made = place_.create();
        if (!made) return std::move(made).error();
        masters.push_back(std::move(*made));
    }
    adopt(std::move(masters.front()));
    Keys next = *keys();
    Status written = database_.write([&](Transaction& transaction) -> Status {
        const std::int64_t now = clock_.wallMs();
        KeyRingStore::noteMaster(transaction, master_id_, now);
        for (const std::string purpose : {"derive", "seal"}) {
            const auto id = KeyRingStore::addKey(transaction, purpose, now);
            auto key = shared(SecretBytes::random(kBoxKey));
            KeyRingStore::putWrap(transaction, id, master_id_, wrapKey(*next.master, *key, id, purpose));
            if (purpose == "derive") {
                next.root = std::move(key);
            } else {
                next.data[id] = std::move(key);
                next.active = id;
            }
        }
        return {};
    });
    if (!written) return written;
    publish(std::move(next));
    return reseal();
}

Status KeyRing::unwrap(const std::vector<DataKeyRow>& rows, const std::vector<MasterKey>& masters) {
    Keys next;
    for (const auto& row : rows) {
        std::optional<SecretBytes> key;
        std::string wanted;
        for (const auto& [id, wrapped] : row.wraps) {
            wanted += (wanted.empty() ? "" : " or ") + id;
            for (const auto& master : masters) {
                if (!key && master.id == id) key = unwrapKey(master.key, wrapped, row.id, row.purpose);
            }
        }
        if (!key) {
            return Error{Code::FailedPrecondition, "the secrets in the database cannot be opened: they need the master key " +
                                                       wanted + ", and neither " + place_.file() +
                                                       " nor a credential holds it; restore it from where you keep a copy"};
        }
        if (row.purpose == "derive") {
            next.root = shared(std::move(*key));
        } else {
            if (row.retired_at == 0) next.active = row.id;
            next.data[row.id] = shared(std::move(*key));
        }
    }
    if (!next.root || next.active == 0)
        return Error{Code::Internal, "the key ring in the database is not complete; restore a backup"};
    publish(std::move(next));
    return {};
}

/// Brings master key and wraps to the state that was wanted, from wherever a crash or the operator left them.
Status KeyRing::settle(std::vector<MasterKey> masters) {
    std::vector<DataKeyRow> rows;
    Status read = database_.read([&](Connection& connection) -> Status {
        rows = KeyRingStore::keys(connection);
        return {};
    });
    if (!read) return read;
    const auto wrapsAll = [&](const MasterKey& master) {
        return std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return row.wraps.count(master.id) > 0; });
    };
    const auto next =
        std::find_if(masters.begin(), masters.end(), [](const auto& key) { return key.origin == MasterKey::Origin::NextFile; });
    if (next != masters.end() && masters.front().origin != MasterKey::Origin::Credential && wrapsAll(*next)) {
        if (Status promoted = place_.promoteNext(); !promoted) return promoted;
        next->origin = MasterKey::Origin::File;
        std::iter_swap(masters.begin(), next);
        log::info("finished the change of the master key that was cut off", {{"master_key", masters.front().id}});
    }
    MasterKey& wanted = masters.front();
    const bool beside = next != masters.end() && next->origin == MasterKey::Origin::NextFile;
    if (wanted.origin == MasterKey::Origin::NextFile || wanted.origin == MasterKey::Origin::PreviousCredential) {
        return Error{Code::FailedPrecondition,
                     "there is no master key in " + place_.file() + ": restore it from where you keep a copy"};
    }
    const bool alone = std::all_of(rows.begin(), rows.end(),
                                   [&](const auto& row) { return row.wraps.size() == 1 && row.wraps.count(wanted.id) > 0; });
    if (!alone) {
        if (Status wrapped = wrapAll(wanted, true); !wrapped) return wrapped;
        log::info("the data keys stand under this master key now; no other is needed",
                  {{"master_key", wanted.id}, {"from", nameOf(wanted.origin)}});
    }
    adopt(std::move(wanted));
    return beside ? place_.dropNext() : Status();
}

Status KeyRing::wrapAll(const MasterKey& master, bool alone) {
    const auto current = keys();
    return database_.write([&](Transaction& transaction) -> Status {
        for (const auto& row : KeyRingStore::keys(transaction)) {
            const SecretBytes& key = row.purpose == "derive" ? *current->root : *current->data.at(row.id);
            KeyRingStore::putWrap(transaction, row.id, master.id, wrapKey(master.key, key, row.id, row.purpose));
        }
        KeyRingStore::noteMaster(transaction, master.id, clock_.wallMs());
        if (alone) KeyRingStore::keepMaster(transaction, master.id);
        return {};
    });
}

Result<Json> KeyRing::show() {
    const std::lock_guard lock(change_mutex_);
    const auto current = keys();
    std::map<std::int64_t, std::int64_t> values;
    std::int64_t unreadable = 0;
    Json out = Json::object();
    Status read = database_.read([&](Connection& connection) -> Status {
        for (const auto& place : sealedPlaces()) {
            for (const auto& value : place.list(connection, place.start, INT64_MAX)) {
                const bool readable = current->unseal(value.sealed, value.context).has_value();
                if (readable)
                    ++values[*dataKeyOf(value.sealed)];
                else
                    ++unreadable;
            }
        }
        const auto since = KeyRingStore::masters(connection);
        const auto found = since.find(master_id_);
        out.set("master", Json::object({{"id", master_id_},
                                        {"origin", nameOf(origin_)},
                                        {"used_since", found == since.end() ? Json() : Json(formatTimestamp(found->second))}}));
        Json keys = Json::array();
        for (const auto& row : KeyRingStore::keys(connection)) {
            if (row.purpose != "seal") continue;
            keys.push(Json::object({{"id", std::to_string(row.id)},
                                    {"created_at", formatTimestamp(row.created_at)},
                                    {"retired_at", row.retired_at == 0 ? Json() : Json(formatTimestamp(row.retired_at))},
                                    {"values", static_cast<long long>(values[row.id])}}));
        }
        out.set("keys", std::move(keys));
        return {};
    });
    if (!read) return std::move(read).error();
    out.set("unreadable", static_cast<long long>(unreadable));
    return out;
}

}  // namespace masthead::console::store
