#include "demo/operations.hpp"

#include "demo/api.hpp"

namespace masthead::demo {

namespace {

using K = FieldKind;
constexpr auto kNo = Body::None;
constexpr auto kOptional = Body::Optional;
constexpr auto kBody = Body::Required;
// 0.30 answers a malformed node id with the old gateway's words.
constexpr const char* kNodeId = "";

std::vector<Operation> table() {
    return {
        {"CreateUser", "POST", "/api/v1/user", kBody, kBody, true,
         {{"name", "name", K::Text}, {"displayName", "display_name", K::Text}, {"email", "email", K::Text},
          {"pictureUrl", "picture_url", K::Text}}, &Api::createUser},
        {"RenameUser", "POST", "/api/v1/user/{oldId}/rename/{newName}", kNo, kNo, true,
         {{"oldId", "old_id", K::Id, "invalid user id"}, {"newName", "new_name", K::Text}}, &Api::renameUser},
        {"DeleteUser", "DELETE", "/api/v1/user/{id}", kNo, kNo, true, {{"id", "id", K::Id, "invalid user id"}}, &Api::deleteUser},
        {"ListUsers", "GET", "/api/v1/user", kNo, kNo, false,
         {{"id", "id", K::Id, "invalid id"}, {"name", "name", K::Text}, {"email", "email", K::Text}}, &Api::listUsers},
        {"CreatePreAuthKey", "POST", "/api/v1/preauthkey", kBody, kBody, true,
         {{"user", "user", K::Id, "invalid user id"}, {"reusable", "reusable", K::Flag}, {"ephemeral", "ephemeral", K::Flag},
          {"expiration", "expiration", K::Time}, {"aclTags", "acl_tags", K::TextList}}, &Api::createPreAuthKey},
        {"ExpirePreAuthKey", "POST", "/api/v1/preauthkey/expire", kBody, kBody, true,
         {{"id", "id", K::Id, "invalid pre-auth key id"}}, &Api::expirePreAuthKey},
        {"DeletePreAuthKey", "DELETE", "/api/v1/preauthkey", kNo, kNo, true,
         {{"id", "id", K::Id, "invalid pre-auth key id"}}, &Api::deletePreAuthKey},
        {"ListPreAuthKeys", "GET", "/api/v1/preauthkey", kNo, kNo, false, {}, &Api::listPreAuthKeys},
        {"DebugCreateNode", "POST", "/api/v1/debug/node", kBody, kBody, true,
         {{"user", "user", K::Text}, {"key", "key", K::Text}, {"name", "name", K::Text}, {"routes", "routes", K::TextList}},
         &Api::debugCreateNode},
        {"GetNode", "GET", "/api/v1/node/{nodeId}", kNo, kNo, false, {{"nodeId", "node_id", K::Id, kNodeId}}, &Api::getNode},
        {"SetTags", "POST", "/api/v1/node/{nodeId}/tags", kBody, kBody, true,
         {{"nodeId", "node_id", K::Id, kNodeId}, {"tags", "tags", K::TextList}}, &Api::setTags},
        {"SetApprovedRoutes", "POST", "/api/v1/node/{nodeId}/approve_routes", kBody, kBody, true,
         {{"nodeId", "node_id", K::Id, kNodeId}, {"routes", "routes", K::TextList}}, &Api::setApprovedRoutes},
        {"RegisterNode", "POST", "/api/v1/node/register", kNo, kNo, true,
         {{"user", "user", K::Text}, {"key", "key", K::Text}}, &Api::registerNode},
        {"DeleteNode", "DELETE", "/api/v1/node/{nodeId}", kNo, kNo, true, {{"nodeId", "node_id", K::Id, kNodeId}}, &Api::deleteNode},
        {"ExpireNode", "POST", "/api/v1/node/{nodeId}/expire", kNo, kOptional, true,
         {{"nodeId", "node_id", K::Id, kNodeId}, {"expiry", "expiry", K::Time}, {"disableExpiry", "disable_expiry", K::Flag}},
         &Api::expireNode},
        {"RenameNode", "POST", "/api/v1/node/{nodeId}/rename/{newName}", kNo, kNo, true,
         {{"nodeId", "node_id", K::Id, kNodeId}, {"newName", "new_name", K::Text}}, &Api::renameNode},
        {"ListNodes", "GET", "/api/v1/node", kNo, kNo, false, {{"user", "user", K::Text}}, &Api::listNodes},
        {"BackfillNodeIPs", "POST", "/api/v1/node/backfillips", kNo, kNo, true, {{"confirmed", "confirmed", K::Flag}},
         &Api::backfillNodeIps},
        {"AuthRegister", "POST", "/api/v1/auth/register", kBody, kBody, true,
         {{"user", "user", K::Text}, {"authId", "auth_id", K::Text}}, &Api::authRegister},
        {"AuthApprove", "POST", "/api/v1/auth/approve", kBody, kBody, true, {{"authId", "auth_id", K::Text}}, &Api::authApprove},
        {"AuthReject", "POST", "/api/v1/auth/reject", kBody, kBody, true, {{"authId", "auth_id", K::Text}}, &Api::authReject},
        {"CreateApiKey", "POST", "/api/v1/apikey", kBody, kBody, true, {{"expiration", "expiration", K::Time}}, &Api::createApiKey},
        {"ExpireApiKey", "POST", "/api/v1/apikey/expire", kBody, kBody, true,
         {{"prefix", "prefix", K::Text}, {"id", "id", K::Id, "invalid api key id"}}, &Api::expireApiKey},
        {"ListApiKeys", "GET", "/api/v1/apikey", kNo, kNo, false, {}, &Api::listApiKeys},
        {"DeleteApiKey", "DELETE", "/api/v1/apikey/{prefix}", kNo, kNo, true,
         {{"prefix", "prefix", K::Text}, {"id", "id", K::Id, "invalid api key id"}}, &Api::deleteApiKey},
        {"GetPolicy", "GET", "/api/v1/policy", kNo, kNo, false, {}, &Api::getPolicy},
        {"SetPolicy", "PUT", "/api/v1/policy", kBody, kBody, true, {{"policy", "policy", K::Text}}, &Api::setPolicy},
        {"CheckPolicy", "POST", "/api/v1/policy/check", kBody, kBody, false, {{"policy", "policy", K::Text}}, &Api::checkPolicy},
        {"Health", "GET", "/api/v1/health", kNo, kNo, false, {}, &Api::health},
    };
}

}  // namespace

const Field* Operation::field(std::string_view name) const {
    for (const auto& field : fields) {
        if (name == field.name || name == field.proto_name) return &field;
    }
    return nullptr;
}

const std::vector<Operation>& operations() {
    static const std::vector<Operation> all = table();
    return all;
}

const Operation* operationByRpc(std::string_view rpc) {
    for (const auto& operation : operations()) {
        if (rpc == operation.rpc) return &operation;
    }
    return nullptr;
}

}  // namespace masthead::demo
