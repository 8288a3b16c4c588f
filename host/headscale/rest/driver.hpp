// RestDriver: Client over headscale's REST v1 on the unix socket. Thread-safe: no state but the path.
#pragma once

#include "host/base/json.hpp"
#include "host/headscale/client.hpp"
#include "host/headscale/errors.hpp"

namespace masthead::headscale {

class RestDriver final : public Client {
public:
    explicit RestDriver(std::string socket_path) : socket_path_(std::move(socket_path)) {}

    const char* driver() const override { return "rest"; }
    std::string minor() const override { return "0.30"; }

    Result<std::vector<User>> listUsers(Deadline deadline) override;
    Result<User> createUser(const CreateUser& wanted, Deadline deadline) override;
    Result<User> renameUser(Id id, const std::string& new_name, Deadline deadline) override;
    Status deleteUser(Id id, Deadline deadline) override;

    Result<std::vector<Node>> listNodes(Deadline deadline) override;
    Result<Node> getNode(Id id, Deadline deadline) override;
    Result<Node> renameNode(Id id, const std::string& new_name, Deadline deadline) override;
    Result<Node> setTags(Id id, const std::vector<std::string>& tags, Deadline deadline) override;
    Result<Node> setApprovedRoutes(Id id, const std::vector<std::string>& routes, Deadline deadline) override;
    Result<Node> expireNode(Id id, Time at, Deadline deadline) override;
    Result<Node> disableExpiry(Id id, Deadline deadline) override;
    Status deleteNode(Id id, Deadline deadline) override;
    Result<Node> registerNode(const std::string& user_name, const std::string& key, Deadline deadline) override;
    Result<Node> debugCreateNode(const std::string& user_name, const std::string& key, const std::string& name,
                                 const std::vector<std::string>& routes, Deadline deadline) override;
    Result<std::vector<std::string>> backfillNodeIps(Deadline deadline) override;

    Result<std::vector<PreAuthKey>> listPreAuthKeys(Deadline deadline) override;
    Result<PreAuthKey> createPreAuthKey(const CreatePreAuthKey& wanted, Deadline deadline) override;
    Status expirePreAuthKey(Id id, Deadline deadline) override;
    Status deletePreAuthKey(Id id, Deadline deadline) override;

    Result<std::vector<ApiKey>> listApiKeys(Deadline deadline) override;
    Result<std::string> createApiKey(std::int64_t expiration, Deadline deadline) override;
    Status expireApiKey(const std::string& prefix, Deadline deadline) override;
    Status deleteApiKey(const std::string& prefix, Deadline deadline) override;

    Result<std::optional<Policy>> getPolicy(Deadline deadline) override;
    Result<Policy> setPolicy(const std::string& text, Deadline deadline) override;
    Status checkPolicy(const std::string& text, Deadline deadline) override;

    Result<Node> authRegister(const std::string& user_name, const std::string& auth_id, Deadline deadline) override;
    Status authApprove(const std::string& auth_id, Deadline deadline) override;
    Status authReject(const std::string& auth_id, Deadline deadline) override;

    Status health(Deadline deadline) override;

private:
    /// The answer's JSON object on 200, else the mapped error. `body` null = no body.
    Result<Json> call(const char* method, const std::string& target, const Json& body, const Attempt& attempt, Deadline deadline);
    Result<Node> nodeCall(const char* method, const std::string& target, const Json& body, const Attempt& attempt, Deadline deadline);
    Status plainCall(const char* method, const std::string& target, const Json& body, const Attempt& attempt, Deadline deadline);

    const std::string socket_path_;
};

}  // namespace masthead::headscale
