// The stand-in's state: users, nodes, keys, the policy and the clients that wait for registration.
//
// Everything but open() and waitDurable() needs mutex() held by the caller: one call of the admin interface locks once,
// reads, changes through put()/erase() (which also write the state file) and unlocks before it waits for the disk.
// Owned by the server; lives as long as the process.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "demo/journal.hpp"
#include "demo/model.hpp"
#include "demo/prefix.hpp"
#include "host/base/clock.hpp"

namespace masthead::demo {

class Tailnet {
public:
    using Users = std::map<std::uint64_t, User>;
    using Nodes = std::map<std::uint64_t, Node>;
    using PreAuthKeys = std::map<std::uint64_t, PreAuthKey>;
    using ApiKeys = std::map<std::uint64_t, ApiKey>;

    explicit Tailnet(const Clock& clock) : clock_(clock) {}

    /// Reads the state file; when there is none, `invent` fills the empty state first. Called once, before other threads.
    Status open(const std::string& path, std::optional<Prefix> v4, std::optional<Prefix> v6,
                const std::function<void(Tailnet&)>& invent);

    std::mutex& mutex() { return mutex_; }
    std::int64_t nowMs() const { return clock_.wallMs(); }

    const Users& users() const { return users_; }
    const Nodes& nodes() const { return nodes_; }
    const PreAuthKeys& preAuthKeys() const { return keys_; }
    const ApiKeys& apiKeys() const { return api_keys_; }
    const std::optional<StoredPolicy>& policy() const { return policy_; }
    std::map<std::string, PendingNode>& pending() { return pending_; }

    /// An object with id 0 gets the next id; the id is returned.
    std::uint64_t put(User user);
    std::uint64_t put(Node node);
    std::uint64_t put(PreAuthKey key);
    std::uint64_t put(ApiKey key);
    void put(StoredPolicy policy);
    void eraseUser(std::uint64_t id);
    void eraseNode(std::uint64_t id);
    void erasePreAuthKey(std::uint64_t id);
    void eraseApiKey(std::uint64_t id);

    /// Free addresses for a new node, one per configured prefix.
    std::vector<std::string> allocateAddresses();
    /// A given name nobody has: the hostname made a DNS label, numbered when taken.
    std::string freeGivenName(const std::string& hostname) const;
    bool givenNameTaken(const std::string& name, std::uint64_t except) const;

    /// Announced, approved, and this node is the elected primary; exit routes excluded.
    std::vector<std::string> primaryRoutes(const Node& node) const;
    const std::map<std::string, std::uint64_t>& primaries() const { return primaries_; }

    /// Grows with every change of anything that a list shows.
    std::uint64_t revision() const { return revision_; }
    std::uint64_t lastChange() const { return last_change_; }
    void waitDurable(std::uint64_t change) { journal_.waitDurable(change); }

private:
    void replay(const Json& line);
    std::string snapshot() const;
    template <typename Make>
    void noteChange(Make line);
    void reindex();
    void electPrimaries();
    void indexNode(const Node& node, bool present);

    const Clock& clock_;
    std::mutex mutex_;  // guards all below; see the file comment
    Users users_;
    Nodes nodes_;
    PreAuthKeys keys_;
    ApiKeys api_keys_;
    std::optional<StoredPolicy> policy_;
    std::map<std::string, PendingNode> pending_;
    std::map<std::string, std::uint64_t> primaries_;
    std::map<std::uint64_t, std::vector<std::string>> routers_;  // node -> announced and approved subnet routes
    std::unordered_map<std::string, std::uint64_t> given_names_;
    std::unordered_set<std::string> addresses_;
    std::optional<Prefix> v4_;
    std::optional<Prefix> v6_;
    std::uint64_t next_user_ = 1;
    std::uint64_t next_node_ = 1;
    std::uint64_t next_key_ = 1;
    std::uint64_t next_api_key_ = 1;
    std::uint64_t next_offset_ = 1;
    std::uint64_t revision_ = 1;
    std::uint64_t last_change_ = 0;
    bool inventing_ = false;
    Journal journal_;
};

}  // namespace masthead::demo
