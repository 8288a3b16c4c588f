#include "host/headscale/grpc/driver.hpp"

#include "host/headscale/grpc/convert.hpp"

namespace masthead::headscale {

namespace pb = ::headscale::v1;

namespace {

// Two of our contract's answers differ from the type asked for by one step: turn the message, keep the error.
template <typename Response, typename Convert>
auto converted(Result<Response> answer, Convert convert) -> Result<decltype(convert(*answer))> {
    if (!answer) return std::move(answer).error();
    return convert(*answer);
}

template <typename Response>
Result<Node> nodeOf(Result<Response> answer) {
    return converted(std::move(answer), [](const Response& response) { return fromProto(response.node()); });
}

template <typename Response>
Status statusOf(Result<Response> answer) {
    if (!answer) return std::move(answer).error();
    return {};
}

template <typename List>
auto listOf(const List& list) {
    std::vector<decltype(fromProto(list.Get(0)))> out;
    out.reserve(static_cast<std::size_t>(list.size()));
    for (const auto& item : list) out.push_back(fromProto(item));
    return out;
}

Policy policyOf(const std::string& text, bool has_time, const google::protobuf::Timestamp& updated_at) {
    return Policy{text, has_time ? fromProto(updated_at) : Time{}};
}

}  // namespace

GrpcDriver::GrpcDriver(std::shared_ptr<::grpc::Channel> channel, Reflection reflection, std::string minor)
    : stub_(pb::HeadscaleService::NewStub(std::move(channel))), reflection_(std::move(reflection)), minor_(std::move(minor)) {}

Result<std::vector<User>> GrpcDriver::listUsers(Deadline deadline) {
    return converted(call(&Stub::ListUsers, pb::ListUsersRequest(), {"listing users"}, deadline),
                     [](const pb::ListUsersResponse& response) { return listOf(response.users()); });
}

Result<User> GrpcDriver::createUser(const CreateUser& wanted, Deadline deadline) {
    pb::CreateUserRequest request;
    request.set_name(wanted.name);
    request.set_display_name(wanted.display_name);
    request.set_email(wanted.email);
    request.set_picture_url(wanted.picture_url);
    return converted(call(&Stub::CreateUser, request, {"creating user", wanted.name}, deadline),
                     [](const pb::CreateUserResponse& response) { return fromProto(response.user()); });
}

Result<User> GrpcDriver::renameUser(Id id, const std::string& new_name, Deadline deadline) {
    pb::RenameUserRequest request;
    request.set_old_id(id);
    request.set_new_name(new_name);
    return converted(call(&Stub::RenameUser, request, {"renaming user to", new_name}, deadline),
                     [](const pb::RenameUserResponse& response) { return fromProto(response.user()); });
}

Status GrpcDriver::deleteUser(Id id, Deadline deadline) {
    pb::DeleteUserRequest request;
    request.set_id(id);
    return statusOf(call(&Stub::DeleteUser, request, {"deleting user", std::to_string(id)}, deadline));
}

Result<std::vector<Node>> GrpcDriver::listNodes(Deadline deadline) {
    return converted(call(&Stub::ListNodes, pb::ListNodesRequest(), {"listing nodes"}, deadline),
                     [](const pb::ListNodesResponse& response) { return listOf(response.nodes()); });
}

Result<Node> GrpcDriver::getNode(Id id, Deadline deadline) {
    pb::GetNodeRequest request;
    request.set_node_id(id);
    return nodeOf(call(&Stub::GetNode, request, {"reading node", std::to_string(id)}, deadline));
}

Result<Node> GrpcDriver::renameNode(Id id, const std::string& new_name, Deadline deadline) {
    pb::RenameNodeRequest request;
    request.set_node_id(id);
    request.set_new_name(new_name);
    return nodeOf(call(&Stub::RenameNode, request, {"renaming node", std::to_string(id)}, deadline));
}

Result<Node> GrpcDriver::setTags(Id id, const std::vector<std::string>& tags, Deadline deadline) {
    pb::SetTagsRequest request;
    request.set_node_id(id);
    for (const std::string& tag : tags) request.add_tags(tag);
    return nodeOf(call(&Stub::SetTags, request, {"setting the tags of node", std::to_string(id)}, deadline));
}

Result<Node> GrpcDriver::setApprovedRoutes(Id id, const std::vector<std::string>& routes, Deadline deadline) {
    pb::SetApprovedRoutesRequest request;
    request.set_node_id(id);
    for (const std::string& route : routes) request.add_routes(route);
    return nodeOf(call(&Stub::SetApprovedRoutes, request, {"approving routes of node", std::to_string(id)}, deadline));
}

Result<Node> GrpcDriver::expireNode(Id id, Time at, Deadline deadline) {
    pb::ExpireNodeRequest request;
    request.set_node_id(id);
    if (at) toProto(*at, *request.mutable_expiry());
    return nodeOf(call(&Stub::ExpireNode, request, {"expiring node", std::to_string(id)}, deadline));
}

Result<Node> GrpcDriver::disableExpiry(Id id, Deadline deadline) {
    // A server that does not know the field would ignore it and expire the node at once.
    if (reflection_.lacks("ExpireNodeRequest.disable_expiry")) return lacksCall("a node that never expires", minor_, "0.29");
    pb::ExpireNodeRequest request;
    request.set_node_id(id);
    request.set_disable_expiry(true);
    return nodeOf(call(&Stub::ExpireNode, request, {"removing the expiry of node", std::to_string(id)}, deadline));
}

Status GrpcDriver::deleteNode(Id id, Deadline deadline) {
    pb::DeleteNodeRequest request;
    request.set_node_id(id);
    return statusOf(call(&Stub::DeleteNode, request, {"deleting node", std::to_string(id)}, deadline));
}

Result<Node> GrpcDriver::registerNode(const std::string& user_name, const std::string& key, Deadline deadline) {
    pb::RegisterNodeRequest request;
    request.set_user(user_name);
    request.set_key(key);
    return nodeOf(call(&Stub::RegisterNode, request, {"registering a node for user", user_name}, deadline));
}

Result<Node> GrpcDriver::debugCreateNode(const std::string& user_name, const std::string& key, const std::string& name,
                                         const std::vector<std::string>& routes, Deadline deadline) {
    pb::DebugCreateNodeRequest request;
    request.set_user(user_name);
    request.set_key(key);
    request.set_name(name);
    for (const std::string& route : routes) request.add_routes(route);
    return nodeOf(call(&Stub::DebugCreateNode, request, {"preparing a test node", name}, deadline));
}

Result<std::vector<std::string>> GrpcDriver::backfillNodeIps(Deadline deadline) {
    pb::BackfillNodeIPsRequest request;
    request.set_confirmed(true);
    return converted(call(&Stub::BackfillNodeIPs, request, {"completing node addresses"}, deadline),
                     [](const pb::BackfillNodeIPsResponse& response) {
                         return std::vector<std::string>(response.changes().begin(), response.changes().end());
                     });
}

Result<std::vector<PreAuthKey>> GrpcDriver::listPreAuthKeys(Deadline deadline) {
    return converted(call(&Stub::ListPreAuthKeys, pb::ListPreAuthKeysRequest(), {"listing pre-auth keys"}, deadline),
                     [](const pb::ListPreAuthKeysResponse& response) { return listOf(response.pre_auth_keys()); });
}

Result<PreAuthKey> GrpcDriver::createPreAuthKey(const CreatePreAuthKey& wanted, Deadline deadline) {
    pb::CreatePreAuthKeyRequest request;
    request.set_user(wanted.user);
    request.set_reusable(wanted.reusable);
    request.set_ephemeral(wanted.ephemeral);
    toProto(wanted.expiration, *request.mutable_expiration());
    for (const std::string& tag : wanted.tags) request.add_acl_tags(tag);
    return converted(call(&Stub::CreatePreAuthKey, request, {"creating a pre-auth key"}, deadline),
                     [](const pb::CreatePreAuthKeyResponse& response) { return fromProto(response.pre_auth_key()); });
}

Status GrpcDriver::expirePreAuthKey(Id id, Deadline deadline) {
    pb::ExpirePreAuthKeyRequest request;
    request.set_id(id);
    return statusOf(call(&Stub::ExpirePreAuthKey, request, {"expiring pre-auth key", std::to_string(id)}, deadline));
}

Status GrpcDriver::deletePreAuthKey(Id id, Deadline deadline) {
    pb::DeletePreAuthKeyRequest request;
    request.set_id(id);
    return statusOf(call(&Stub::DeletePreAuthKey, request, {"deleting pre-auth key", std::to_string(id)}, deadline));
}

Result<std::vector<ApiKey>> GrpcDriver::listApiKeys(Deadline deadline) {
    return converted(call(&Stub::ListApiKeys, pb::ListApiKeysRequest(), {"listing API keys"}, deadline),
                     [](const pb::ListApiKeysResponse& response) { return listOf(response.api_keys()); });
}

Result<std::string> GrpcDriver::createApiKey(std::int64_t expiration, Deadline deadline) {
    pb::CreateApiKeyRequest request;
    toProto(expiration, *request.mutable_expiration());
    return converted(call(&Stub::CreateApiKey, request, {"creating an API key"}, deadline),
                     [](const pb::CreateApiKeyResponse& response) { return response.api_key(); });
}

Status GrpcDriver::expireApiKey(const std::string& prefix, Deadline deadline) {
    pb::ExpireApiKeyRequest request;
    request.set_prefix(prefix);
    return statusOf(call(&Stub::ExpireApiKey, request, {"expiring API key", prefix}, deadline));
}

Status GrpcDriver::deleteApiKey(const std::string& prefix, Deadline deadline) {
    pb::DeleteApiKeyRequest request;
    request.set_prefix(prefix);
    return statusOf(call(&Stub::DeleteApiKey, request, {"deleting API key", prefix}, deadline));
}

Result<std::optional<Policy>> GrpcDriver::getPolicy(Deadline deadline) {
    auto answer = call(&Stub::GetPolicy, pb::GetPolicyRequest(), {"reading the policy"}, deadline);
    if (!answer) {
        if (answer.error().code == Code::NotFound) return std::optional<Policy>();
        return std::move(answer).error();
    }
    return std::optional<Policy>(policyOf(answer->policy(), answer->has_updated_at(), answer->updated_at()));
}

Result<Policy> GrpcDriver::setPolicy(const std::string& text, Deadline deadline) {
    pb::SetPolicyRequest request;
    request.set_policy(text);
    return converted(call(&Stub::SetPolicy, request, {"setting the policy"}, deadline), [](const pb::SetPolicyResponse& response) {
        return policyOf(response.policy(), response.has_updated_at(), response.updated_at());
    });
}

Status GrpcDriver::checkPolicy(const std::string& text, Deadline deadline) {
    if (reflection_.lacks("CheckPolicy")) return lacksCall("checking a policy without setting it", minor_, "0.29");
    pb::CheckPolicyRequest request;
    request.set_policy(text);
    return statusOf(call(&Stub::CheckPolicy, request, {"checking the policy"}, deadline));
}

Result<Node> GrpcDriver::authRegister(const std::string& user_name, const std::string& auth_id, Deadline deadline) {
    if (reflection_.lacks("AuthRegister")) return lacksCall("registering by auth id", minor_, "0.29");
    pb::AuthRegisterRequest request;
    request.set_user(user_name);
    request.set_auth_id(auth_id);
    return nodeOf(call(&Stub::AuthRegister, request, {"registering a node for user", user_name}, deadline));
}

Status GrpcDriver::authApprove(const std::string& auth_id, Deadline deadline) {
    if (reflection_.lacks("AuthApprove")) return lacksCall("approving an SSH check", minor_, "0.29");
    pb::AuthApproveRequest request;
    request.set_auth_id(auth_id);
    return statusOf(call(&Stub::AuthApprove, request, {"approving the request"}, deadline));
}

Status GrpcDriver::authReject(const std::string& auth_id, Deadline deadline) {
    if (reflection_.lacks("AuthReject")) return lacksCall("rejecting an SSH check", minor_, "0.29");
    pb::AuthRejectRequest request;
    request.set_auth_id(auth_id);
    return statusOf(call(&Stub::AuthReject, request, {"rejecting the request"}, deadline));
}

Status GrpcDriver::health(Deadline deadline) {
    auto answer = call(&Stub::Health, pb::HealthRequest(), {"asking for headscale's health"}, deadline);
    if (!answer) return std::move(answer).error();
    if (!answer->database_connectivity()) return Error{Code::Unavailable, "headscale has lost its database"};
    return {};
}

}  // namespace masthead::headscale
