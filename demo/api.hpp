// The admin interface itself: what each call does to the tailnet and how it fails, independent of gRPC and REST.
//
// Thread-safe: call() takes the tailnet's lock around the operation and, after a change, waits until it is on disk.
// The operation functions expect the lock and clean requests (see Operation). Owned by the server.
#pragma once

#include <string>

#include "demo/json_forms.hpp"
#include "demo/operations.hpp"
#include "demo/policy/policy_check.hpp"

namespace masthead::demo {

struct ApiSettings {
    Dialect dialect = Dialect::V029;
    std::string base_domain;
    bool policy_in_database = true;
    std::string policy_path;  // file mode
};

/// What an invented client shows when it joins.
struct JoinRequest {
    std::string hostname;
    std::string auth_key;  // empty: it waits with a registration link
    std::vector<std::string> routes;
    std::string os = "linux";
    std::string os_version = "6.1.0";
    std::string client_version = "1.98.9";
};

class Api {
public:
    Api(Tailnet& tailnet, ApiSettings settings);

    Reply call(const Operation& operation, const Json& request);
    const ApiSettings& settings() const { return settings_; }
    Tailnet& tailnet() { return tailnet_; }

    /// Reads the stored policy or the policy file again; an unusable one is an error and the old one stays.
    Status reloadPolicy();
    /// True when `key` is a known API key that has not expired.
    bool acceptsApiKey(const std::string& key);

    /// A client joins: {"node"} with a good key, {"authId"} without one, or InvalidArgument with tailscale's words.
    Result<Json> join(const JoinRequest& request);
    /// InvalidArgument when there is no such node.
    Status setOnline(std::uint64_t node, bool online);
    /// Lets clients whose registration was completed come online; called by the churn timer.
    void connectWaiting();

    Reply createUser(const Json& request);
    Reply renameUser(const Json& request);
    Reply deleteUser(const Json& request);
    Reply listUsers(const Json& request);
    Reply createPreAuthKey(const Json& request);
    Reply expirePreAuthKey(const Json& request);
    Reply deletePreAuthKey(const Json& request);
    Reply listPreAuthKeys(const Json& request);
    Reply createApiKey(const Json& request);
    Reply expireApiKey(const Json& request);
    Reply deleteApiKey(const Json& request);
    Reply listApiKeys(const Json& request);
    Reply getNode(const Json& request);
    Reply listNodes(const Json& request);
    Reply renameNode(const Json& request);
    Reply expireNode(const Json& request);
    Reply deleteNode(const Json& request);
    Reply setTags(const Json& request);
    Reply setApprovedRoutes(const Json& request);
    Reply backfillNodeIps(const Json& request);
    Reply debugCreateNode(const Json& request);
    Reply registerNode(const Json& request);
    Reply authRegister(const Json& request);
    Reply authApprove(const Json& request);
    Reply authReject(const Json& request);
    Reply getPolicy(const Json& request);
    Reply setPolicy(const Json& request);
    Reply checkPolicy(const Json& request);
    Reply health(const Json& request);

private:
    std::uint64_t id(const Json& request, std::string_view name) const;
    std::int64_t timeOrZero(const Json& value) const;
    const User* userById(std::uint64_t id) const;
    /// The only user shown under that name, or the reason why there is none.
    Result<const User*> userByName(const std::string& name) const;
    bool localNameTaken(const std::string& name, std::uint64_t except) const;
    Reply nodeReply(std::uint64_t id, NodeView view = NodeView::Single) const;
    Reply completeRegistration(const std::string& user, const std::string& auth_id);
    Reply settleAuth(const std::string& auth_id);
    Failure keyNotFound(const std::string& attempt) const;
    const ApiKey* apiKeyOf(const Json& request, Failure& failure) const;
    std::string newSecret(std::string& prefix) const;
    std::string newAuthId() const;
    void approveAutomatically(Node& node) const;
    /// The text of a policy problem, empty when there is none.
    std::string policyProblem(const std::string& text) const;

    Tailnet& tailnet_;
    ApiSettings settings_;
    PolicyDocument live_policy_;  // guarded by the tailnet's mutex
    std::vector<std::uint64_t> connecting_;  // registered clients about to come online; guarded likewise
};

/// Empty when well-formed, else headscale's words.
std::string tagProblem(const std::string& tag);
/// Empty when well-formed, else headscale's words.
std::string authIdProblem(const std::string& auth_id);

}  // namespace masthead::demo
