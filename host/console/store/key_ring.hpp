// The keys that values at rest stand under. Data keys lie in the database, each wrapped (closed in a box) by the master key;
// the master key lies outside it (key_ring_master.hpp). One data key seals what is new, retired ones only read.
//
// Thread-safe. Changing a key never makes a value unreadable: both old and new keys open everything until the last step, and
// open() finishes whatever a crash cut off. A retired key leaves when nothing stands under it and no request that may still
// write with it can be under way. Errors: FailedPrecondition names the master key that is missing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/base/clock.hpp"
#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/console/store/key_ring_keys.hpp"
#include "host/console/store/key_ring_master.hpp"
#include "host/console/store/key_ring_store.hpp"
#include "host/console/store/value.hpp"

namespace masthead::console::store {

class Database;

class KeyRing {
public:
    static Result<std::shared_ptr<KeyRing>> open(Database& database, Clock& clock, MasterKeyPlace place);

    std::shared_ptr<const Keys> keys() const;

    /// FailedPrecondition when the master key is a credential: then the operator changes it outside.
    Status rotateMaster();
    /// A new data key, and every sealed value written again under it.
    Status rotateData();
    /// Removes data keys that were retired at least `age_ms` ago, after moving what still stands under them.
    Status finish(std::int64_t age_ms);
    /// {"master":{"id","used_since","origin"},"keys":[{"id","created_at","retired_at","values"}],"unreadable":n}. No secrets.
    Result<Json> show();

    /// Called after each step that reached the disk, with its name: tests look at what lies there.
    std::function<void(const char* step)> on_step;

private:
    KeyRing(Database& database, Clock& clock, MasterKeyPlace place)
        : database_(database), clock_(clock), place_(std::move(place)) {}

    Status load();
    Status begin(std::vector<MasterKey> masters);
    Status unwrap(const std::vector<DataKeyRow>& rows, const std::vector<MasterKey>& masters);
    Status settle(std::vector<MasterKey> masters);
    /// Closes every data key under `master`; `alone` forgets the wraps of others.
    Status wrapAll(const MasterKey& master, bool alone);
    void adopt(MasterKey master);
    void publish(Keys keys);
    Status removeRetired(std::int64_t age_ms);
    Status reseal();
    Result<bool> resealSome(std::size_t place, Row& cursor);
    void step(const char* name) const;

    Database& database_;
    Clock& clock_;
    MasterKeyPlace place_;
    std::mutex change_mutex_;  // one rotation at a time; guards origin_ and master_id_
    MasterKey::Origin origin_ = MasterKey::Origin::File;
    std::string master_id_;
    mutable std::mutex keys_mutex_;  // guards keys_
    std::shared_ptr<const Keys> keys_;
};

}  // namespace masthead::console::store
