// The steps that change keys (class KeyRing). Each step leaves a state that open() reads and completes.
#include <set>

#include "host/base/log.hpp"
#include "host/console/store/database.hpp"
#include "host/console/store/key_ring.hpp"
#include "host/console/store/key_ring_places.hpp"
#include "host/console/store/sealer_box.hpp"

namespace masthead::console::store {
namespace {

constexpr std::int64_t kAtOnce = 100;  // values per transaction, so that others may write in between

}  // namespace

Status KeyRing::rotateMaster() {
    const std::lock_guard lock(change_mutex_);
    if (origin_ != MasterKey::Origin::File) {
        return Error{Code::FailedPrecondition,
                     "the master key is the credential masthead.master-key: give the service a new one under that name and the "
                     "present one as masthead.master-key.previous, then restart it; docs/operations.md shows how"};
    }
    MasterKey next = MasterKey::of(MasterKey::Origin::File, SecretBytes::random(kBoxKey));
    if (Status written = place_.writeNext(next); !written) return written;
    step("new master key beside the old one");
    if (Status wrapped = wrapAll(next, false); !wrapped) return wrapped;
    step("data keys under both master keys");
    if (Status promoted = place_.promoteNext(); !promoted) return promoted;
    step("new master key in place");
    if (Status wrapped = wrapAll(next, true); !wrapped) return wrapped;
    log::info("the master key was changed", {{"from", master_id_}, {"to", next.id}});
    adopt(std::move(next));
    step("data keys under the new master key only");
    return {};
}

Status KeyRing::rotateData() {
    const std::lock_guard lock(change_mutex_);
    Keys next = *keys();
    auto fresh = std::make_shared<const SecretBytes>(SecretBytes::random(kBoxKey));
    Status added = database_.write([&](Transaction& transaction) -> Status {
        const std::int64_t now = clock_.wallMs();
        next.active = KeyRingStore::addKey(transaction, "seal", now);
        KeyRingStore::putWrap(transaction, next.active, master_id_, wrapKey(*next.master, *fresh, next.active, "seal"));
        KeyRingStore::retireOthers(transaction, next.active, now);
        return {};
    });
    if (!added) return added;
    next.data[next.active] = std::move(fresh);
    publish(next);
    step("new data key");
    if (Status sealed = reseal(); !sealed) return sealed;
    log::info("the data key was changed", {{"to", std::to_string(next.active)}});
    step("values under the new data key");
    return {};
}

Status KeyRing::finish(std::int64_t age_ms) {
    const std::lock_guard lock(change_mutex_);
    return removeRetired(age_ms);
}

Status KeyRing::removeRetired(std::int64_t age_ms) {
    std::vector<DataKeyRow> rows;
    Status read = database_.read([&](Connection& connection) -> Status {
        rows = KeyRingStore::keys(connection);
        return {};
    });
    if (!read) return read;
    std::set<std::int64_t> leaving;
    for (const auto& row : rows) {
        if (row.retired_at != 0 && clock_.wallMs() - row.retired_at >= age_ms) leaving.insert(row.id);
    }
    if (leaving.empty()) return {};
    if (Status sealed = reseal(); !sealed) return sealed;
    Status removed = database_.write([&](Transaction& transaction) -> Status {
        // What could not be opened keeps its key: a key is never thrown away while something names it.
        for (const auto& place : sealedPlaces()) {
            for (const auto& value : place.list(transaction, place.start, INT64_MAX)) {
                if (const auto key = dataKeyOf(value.sealed); key && leaving.erase(*key) > 0) {
                    log::warning("a retired data key stays: a value under it cannot be read",
                                 {{"key", std::to_string(*key)}, {"value", value.context}});
                }
            }
        }
        std::erase_if(leaving, [&](std::int64_t id) {
            const std::string where = transaction.blobBeginning(sealedHead(id));
            if (!where.empty())
                log::error("a retired data key stays: a place that rotation does not know holds values under it",
                           {{"key", std::to_string(id)}, {"place", where}});
            return !where.empty();
        });
        for (const auto id : leaving) KeyRingStore::removeKey(transaction, id);
        return {};
    });
    if (!removed) return removed;
    Keys next = *keys();
    for (const auto id : leaving) next.data.erase(id);
    publish(std::move(next));
    step("retired data keys gone");
    return {};
}

Status KeyRing::reseal() {
    for (std::size_t place = 0; place < sealedPlaces().size(); ++place) {
        Row cursor = sealedPlaces()[place].start;
        for (;;) {
            auto more = resealSome(place, cursor);
            if (!more)
                return std::move(more).error().within(std::string("sealing again what lies in ") + sealedPlaces()[place].name);
            step("some values under the new data key");
            if (!*more) break;
        }
    }
    return {};
}

Result<bool> KeyRing::resealSome(std::size_t index, Row& cursor) {
    const SealedPlace& place = sealedPlaces()[index];
    const auto current = keys();
    bool more = false;
    Status written = database_.write([&](Transaction& transaction) -> Status {
        const auto values = place.list(transaction, cursor, kAtOnce);
        more = values.size() == static_cast<std::size_t>(kAtOnce);
        for (const auto& value : values) {
            cursor = value.key;
            if (dataKeyOf(value.sealed) == current->active) continue;
            auto plain = current->unseal(value.sealed, value.context);
            if (!plain) continue;
            place.put(transaction, value, current->seal(*plain, value.context));
            wipe(*plain);
        }
        return {};
    });
    if (!written) return std::move(written).error();
    return more;
}

}  // namespace masthead::console::store
