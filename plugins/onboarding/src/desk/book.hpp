// Book: all requests, in memory with indexes and in the store, and the keys that must still be expired in headscale.
//
// Store layout: next-id; request/<16 digits> the record; sealed/<id> the requester's sealed key; clear/<id> the copy admins may
// see (encrypted by the host); intent/<id> a key about to be made; revoke/<key id> a key to be expired; registration/<id>;
// settings. A change is written first, all or nothing, and seen in memory only then. Not thread-safe: the desk locks.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "desk/services.hpp"
#include "domain/request.hpp"

namespace onboarding {

class Book {
public:
    using Batch = masthead::Store::Batch;

    explicit Book(const Services& services) : services_(services) {}
    /// Reads everything; records that cannot be read are logged and left alone.
    Status load();

    const Request* find(std::int64_t id) const;
    const Request* byTicket(const std::string& ticket_hash) const;
    const Request* byKey(const std::string& key_id) const;
    const std::map<std::int64_t, Request>& all() const { return requests_; }
    std::size_t count(State state) const;
    std::size_t openCount() const;
    bool hasWords(const std::string& words) const { return words_.count(words) > 0; }
    bool usesExpiry(std::int64_t ms) const;

    /// Takes the next id and writes the request.
    Status add(Request& request, const Call* call);
    /// What is written together with a request.
    struct Change {
        Batch batch;
        std::string revoke = {};  // id of a key to be expired in headscale
    };
    /// Writes the request with whatever else is in the change.
    Status save(const Request& request, Change change, const Call* call);
    /// Forgets the request; its key is among those to expire when `revoke`.
    Status erase(std::int64_t id, bool revoke, const Call* call);

    /// Ends a request's key: the copies go, the key is to be expired.
    static void dropKey(Request& request, Change& change);
    static void dropCopies(Request& request, Change& change);
    /// A key that belongs to no request (any more).
    Status revokeLater(const std::string& key_id, Batch batch, const Call* call);
    const std::set<std::string>& revocations() const { return revocations_; }
    Status revoked(const std::string& key_id, const Call* call);

    /// Ids that changed since the last call: what is gone from all() was removed.
    std::set<std::int64_t> takeChanged();

    static std::string requestKey(std::int64_t id);
    static std::string sealedKey(std::int64_t id);
    static std::string clearKey(std::int64_t id);

private:
    void index(const Request& request);
    void unindex(const Request& request);

    const Services& services_;
    std::map<std::int64_t, Request> requests_;
    std::unordered_map<std::string, std::int64_t> by_ticket_, by_key_;
    std::map<std::string, int> words_;
    std::map<State, std::size_t> counts_;
    std::set<std::string> revocations_;
    std::set<std::int64_t> changed_;
    std::int64_t next_id_ = 1;
};

/// All direct children of a prefix, page by page.
Result<std::vector<std::string>> listAll(const masthead::Store& store, const std::string& prefix);

}  // namespace onboarding
