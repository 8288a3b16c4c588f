#include "host/headscale/rest_shape.hpp"

#include "host/base/text.hpp"
#include "host/base/timestamp.hpp"

namespace masthead::headscale {

namespace {

const char* nameOf(RegisterMethod method) {
    switch (method) {
        case RegisterMethod::AuthKey: return "REGISTER_METHOD_AUTH_KEY";
        case RegisterMethod::Cli: return "REGISTER_METHOD_CLI";
        case RegisterMethod::Oidc: return "REGISTER_METHOD_OIDC";
        case RegisterMethod::Unspecified: break;
    }
    return "REGISTER_METHOD_UNSPECIFIED";
}

RegisterMethod methodOf(const std::string& name) {
    for (const RegisterMethod method : {RegisterMethod::AuthKey, RegisterMethod::Cli, RegisterMethod::Oidc}) {
        if (name == nameOf(method)) return method;
    }
    return RegisterMethod::Unspecified;
}

Time timeOf(const Json& value) {
    const auto parsed = parseTimestamp(value.asString());
    if (!parsed || *parsed <= kGoZeroTimeMs) return std::nullopt;
    return *parsed;
}

Error wrongShape(const char* what) {
    return Error{Code::Internal, std::string("headscale sent a ") + what + " without a usable id"};
}

}  // namespace

Json restTime(Time time) { return time ? Json(formatTimestamp(*time)) : Json(); }

Json toRest(const std::vector<std::string>& list) {
    Json::Array items;
    items.reserve(list.size());
    for (const std::string& item : list) items.emplace_back(item);
    return Json(std::move(items));
}

Json toRest(const User& user) {
    Json out = Json::object();
    out.append("id", std::to_string(user.id));
    out.append("name", user.name);
    out.append("createdAt", restTime(user.created_at));
    out.append("displayName", user.display_name);
    out.append("email", user.email);
    out.append("providerId", user.provider_id);
    out.append("provider", user.provider);
    out.append("profilePicUrl", user.picture_url);
    return out;
}

Json toRest(const PreAuthKey& key) {
    Json out = Json::object();
    out.append("user", key.user ? toRest(*key.user) : Json());
    out.append("id", std::to_string(key.id));
    out.append("key", key.key);
    out.append("reusable", key.reusable);
    out.append("ephemeral", key.ephemeral);
    out.append("used", key.used);
    out.append("expiration", restTime(key.expiration));
    out.append("createdAt", restTime(key.created_at));
    out.append("aclTags", toRest(key.tags));
    return out;
}

Json toRest(const Node& node) {
    Json out = Json::object();
    out.append("id", std::to_string(node.id));
    out.append("machineKey", node.machine_key);
    out.append("nodeKey", node.node_key);
    out.append("discoKey", node.disco_key);
    out.append("ipAddresses", toRest(node.addresses));
    out.append("name", node.name);
    out.append("user", node.user ? toRest(*node.user) : Json());
    out.append("lastSeen", restTime(node.last_seen));
    out.append("expiry", restTime(node.expiry));
    out.append("preAuthKey", node.pre_auth_key ? toRest(*node.pre_auth_key) : Json());
    out.append("createdAt", restTime(node.created_at));
    out.append("registerMethod", nameOf(node.register_method));
    out.append("givenName", node.given_name);
    out.append("online", node.online);
    out.append("approvedRoutes", toRest(node.approved_routes));
    out.append("availableRoutes", toRest(node.available_routes));
    out.append("subnetRoutes", toRest(node.serving_routes));
    out.append("tags", toRest(node.tags));
    return out;
}

Json toRest(const ApiKey& key) {
    Json out = Json::object();
    out.append("id", std::to_string(key.id));
    out.append("prefix", key.prefix);
    out.append("expiration", restTime(key.expiration));
    out.append("createdAt", restTime(key.created_at));
    out.append("lastSeen", restTime(key.last_seen));
    return out;
}

Json toRest(const Policy& policy) {
    Json out = Json::object();
    out.append("policy", policy.text);
    out.append("updatedAt", restTime(policy.updated_at));
    return out;
}

std::vector<std::string> textsOf(const Json& value) {
    std::vector<std::string> out;
    out.reserve(value.items().size());
    for (const Json& item : value.items()) {
        if (item.isString()) out.push_back(item.asString());
    }
    return out;
}

std::optional<Id> idOf(const Json& value) {
    if (value.isInt() && value.asInt() >= 0) return static_cast<Id>(value.asInt());
    return parseUnsigned<Id>(value.asString());
}

Result<User> userFromRest(const Json& value) {
    const auto id = idOf(value["id"]);
    if (!id) return wrongShape("user");
    User out;
    out.id = *id;
    out.name = value.text("name");
    out.created_at = timeOf(value["createdAt"]);
    out.display_name = value.text("displayName");
    out.email = value.text("email");
    out.provider_id = value.text("providerId");
    out.provider = value.text("provider");
    out.picture_url = value.text("profilePicUrl");
    return out;
}

Result<PreAuthKey> preAuthKeyFromRest(const Json& value) {
    const auto id = idOf(value["id"]);
    if (!id) return wrongShape("pre-auth key");
    PreAuthKey out;
    out.id = *id;
    out.key = value.text("key");
    if (value["user"].isObject()) {
        auto user = userFromRest(value["user"]);
        if (!user) return std::move(user).error();
        out.user = std::move(*user);
    }
    out.reusable = value["reusable"].asBool();
    out.ephemeral = value["ephemeral"].asBool();
    out.used = value["used"].asBool();
    out.expiration = timeOf(value["expiration"]);
    out.created_at = timeOf(value["createdAt"]);
    out.tags = textsOf(value["aclTags"]);
    return out;
}

Result<Node> nodeFromRest(const Json& value) {
    const auto id = idOf(value["id"]);
    if (!id) return wrongShape("node");
    Node out;
    out.id = *id;
    out.machine_key = value.text("machineKey");
    out.node_key = value.text("nodeKey");
    out.disco_key = value.text("discoKey");
    out.addresses = textsOf(value["ipAddresses"]);
    out.name = value.text("name");
    out.given_name = value.text("givenName");
    if (value["user"].isObject()) {
        auto user = userFromRest(value["user"]);
        if (!user) return std::move(user).error();
        out.user = std::move(*user);
    }
    out.last_seen = timeOf(value["lastSeen"]);
    out.expiry = timeOf(value["expiry"]);
    out.created_at = timeOf(value["createdAt"]);
    if (value["preAuthKey"].isObject()) {
        auto key = preAuthKeyFromRest(value["preAuthKey"]);
        if (!key) return std::move(key).error();
        out.pre_auth_key = std::move(*key);
    }
    out.register_method = methodOf(value.text("registerMethod"));
    out.online = value["online"].asBool();
    out.approved_routes = textsOf(value["approvedRoutes"]);
    out.available_routes = textsOf(value["availableRoutes"]);
    out.serving_routes = textsOf(value["subnetRoutes"]);
    out.tags = textsOf(value["tags"]);
    return out;
}

Result<ApiKey> apiKeyFromRest(const Json& value) {
    const auto id = idOf(value["id"]);
    if (!id) return wrongShape("API key");
    ApiKey out;
    out.id = *id;
    out.prefix = value.text("prefix");
    out.expiration = timeOf(value["expiration"]);
    out.created_at = timeOf(value["createdAt"]);
    out.last_seen = timeOf(value["lastSeen"]);
    return out;
}

Policy policyFromRest(const Json& value) { return Policy{value.text("policy"), timeOf(value["updatedAt"])}; }

}  // namespace masthead::headscale
