// A headscale in memory for unit tests: lists that tests set, writes that are recorded by name, and failure on demand.
// Thread-safe. Calls without a meaning here answer Unimplemented, so a test that relies on one fails.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "host/headscale/client.hpp"

namespace masthead::testing {

class FakeClient : public headscale::Client {
public:
    using Id = headscale::Id;
    using Node = headscale::Node;
    using User = headscale::User;
    using PreAuthKey = headscale::PreAuthKey;
    using Deadline = headscale::Deadline;

    /// Changes the lists under the lock.
    void change(const std::function<void(FakeClient&)>& action) {
        const std::lock_guard lock(mutex_);
        action(*this);
    }
    std::vector<std::string> calls() const {
        const std::lock_guard lock(mutex_);
        return calls_;
    }
    std::size_t polls() const {
        const std::lock_guard lock(mutex_);
        return polls_;
    }
    std::size_t userPolls() const {
        const std::lock_guard lock(mutex_);
        return user_polls_;
    }

    // Set through change() once other threads use the client.
    std::vector<Node> nodes;
    std::vector<User> users;
    std::vector<PreAuthKey> keys;
    bool away = false;
    std::string minor_version = "0.29";

    const char* driver() const override { return "fake"; }
    std::string minor() const override { return minor_version; }

    Result<std::vector<User>> listUsers(Deadline) override {
        const std::lock_guard lock(mutex_);
        ++user_polls_;
        if (away) return gone();
        return users;
    }
    Result<std::vector<Node>> listNodes(Deadline) override {
        const std::lock_guard lock(mutex_);
        ++polls_;
        if (away) return gone();
        return nodes;
    }
    Result<std::vector<PreAuthKey>> listPreAuthKeys(Deadline) override {
        const std::lock_guard lock(mutex_);
        if (away) return gone();
        return keys;
    }
    Result<Node> getNode(Id id, Deadline) override {
        const std::lock_guard lock(mutex_);
        for (const Node& node : nodes) {
            if (node.id == id) return node;
        }
        return Error{Code::NotFound, "node not found"};
    }
    Status health(Deadline) override { return {}; }

    Result<User> createUser(const headscale::CreateUser& wanted, Deadline) override {
        note("createUser " + wanted.name + " " + wanted.display_name + " " + wanted.email);
        User user;
        user.id = 77;
        user.name = wanted.name;
        return user;
    }
    Result<User> renameUser(Id id, const std::string& name, Deadline) override {
        note("renameUser " + std::to_string(id) + " " + name);
        return User{};
    }
    Status deleteUser(Id id, Deadline) override { return noted("deleteUser " + std::to_string(id)); }
    Result<Node> renameNode(Id id, const std::string& name, Deadline) override { return nodeFor("renameNode", id, name); }
    Result<Node> setTags(Id id, const std::vector<std::string>& tags, Deadline) override { return nodeFor("setTags", id, joined(tags)); }
    Result<Node> setApprovedRoutes(Id id, const std::vector<std::string>& routes, Deadline) override {
        return nodeFor("setApprovedRoutes", id, joined(routes));
    }
    Result<Node> expireNode(Id id, headscale::Time at, Deadline) override { return nodeFor("expireNode", id, at ? std::to_string(*at) : "now"); }
    Result<Node> disableExpiry(Id id, Deadline) override { return nodeFor("disableExpiry", id, ""); }
    Status deleteNode(Id id, Deadline) override { return noted("deleteNode " + std::to_string(id)); }
    Result<Node> registerNode(const std::string& user, const std::string& key, Deadline) override { return nodeFor("registerNode", 0, user + " " + key); }
    Result<Node> debugCreateNode(const std::string& user, const std::string& key, const std::string& name, const std::vector<std::string>& routes,
                                 Deadline) override {
        return nodeFor("debugCreateNode", 0, user + " " + key + " " + name + " " + joined(routes));
    }
    Result<std::vector<std::string>> backfillNodeIps(Deadline) override {
        note("backfillNodeIps");
        return std::vector<std::string>{"assigned"};
    }
    Result<PreAuthKey> createPreAuthKey(const headscale::CreatePreAuthKey& wanted, Deadline) override {
        note("createPreAuthKey " + std::to_string(wanted.user) + (wanted.reusable ? " reusable" : "") + (wanted.ephemeral ? " ephemeral" : "") + " " +
             std::to_string(wanted.expiration) + " " + joined(wanted.tags));
        PreAuthKey key;
        key.id = 5;
        key.key = "hskey-auth-abcdefghijkl-full";
        return key;
    }
    Status expirePreAuthKey(Id id, Deadline) override { return noted("expirePreAuthKey " + std::to_string(id)); }
    Status deletePreAuthKey(Id id, Deadline) override { return noted("deletePreAuthKey " + std::to_string(id)); }
    Result<std::vector<headscale::ApiKey>> listApiKeys(Deadline) override { return std::vector<headscale::ApiKey>(1); }
    Result<std::string> createApiKey(std::int64_t expiration, Deadline) override {
        note("createApiKey " + std::to_string(expiration));
        return std::string("hskey-api-full");
    }
    Status expireApiKey(const std::string& prefix, Deadline) override { return noted("expireApiKey " + prefix); }
    Status deleteApiKey(const std::string& prefix, Deadline) override { return noted("deleteApiKey " + prefix); }
    Result<std::optional<headscale::Policy>> getPolicy(Deadline) override { return std::optional<headscale::Policy>(); }
    Result<headscale::Policy> setPolicy(const std::string& text, Deadline) override {
        note("setPolicy " + text);
        return headscale::Policy{text, 1000};
    }
    Status checkPolicy(const std::string& text, Deadline) override { return noted("checkPolicy " + text); }
    Result<Node> authRegister(const std::string& user, const std::string& id, Deadline) override { return nodeFor("authRegister", 0, user + " " + id); }
    Status authApprove(const std::string& id, Deadline) override { return noted("authApprove " + id); }
    Status authReject(const std::string& id, Deadline) override { return noted("authReject " + id); }

private:
    static Error gone() { return Error{Code::Unavailable, "headscale does not answer"}; }
    static std::string joined(const std::vector<std::string>& list) {
        std::string out;
        for (const std::string& item : list) out += (out.empty() ? "" : ",") + item;
        return out;
    }
    void note(std::string call) {
        const std::lock_guard lock(mutex_);
        calls_.push_back(std::move(call));
    }
    Status noted(std::string call) {
        note(std::move(call));
        return {};
    }
    Result<Node> nodeFor(const std::string& call, Id id, const std::string& detail) {
        note(call + " " + std::to_string(id) + (detail.empty() ? "" : " " + detail));
        Node node;
        node.id = id;
        return node;
    }

    mutable std::mutex mutex_;
    std::vector<std::string> calls_;
    std::size_t polls_ = 0;
    std::size_t user_polls_ = 0;
};

}  // namespace masthead::testing
