#include "demo/json_forms.hpp"

#include <algorithm>

#include "demo/records.hpp"

namespace masthead::demo {

namespace {

// headscale's constant for the owner of tagged nodes.
constexpr std::uint64_t kTaggedDevicesId = 2147455555;

Json taggedDevices() {
    User user;
    user.id = kTaggedDevicesId;
    user.name = "tagged-devices";
    user.display_name = "Tagged Devices";
    user.created_ms = kGoZeroTimeMs;
    return userForm(user);
}

Json optionalTime(const std::optional<std::int64_t>& ms) { return ms ? timeText(*ms) : Json(); }

Json owner(const Tailnet& tailnet, const Node& node, NodeView view) {
    if (!node.tags.empty()) return view == NodeView::List ? taggedDevices() : Json();
    const auto user = tailnet.users().find(node.user);
    return user == tailnet.users().end() ? Json() : userForm(user->second);
}

Json keyOfNode(const Tailnet& tailnet, const Node& node, Dialect dialect) {
    const auto key = tailnet.preAuthKeys().find(node.key_id);
    if (key == tailnet.preAuthKeys().end()) return {};
    Json form = preAuthKeyForm(tailnet, key->second, maskedPreAuthKey(key->second));
    if (dialect == Dialect::V030 && key->second.expiration_ms == kGoZeroTimeMs) form.set("expiration", Json());
    return form;
}

Json servingRoutes(const Tailnet& tailnet, const Node& node, NodeView view) {
    if (view == NodeView::Single) return Json::array();
    auto routes = tailnet.primaryRoutes(node);
    if (view == NodeView::List) {
        for (const auto& route : node.approved_routes) {
            const bool exit = route == "0.0.0.0/0" || route == "::/0";
            const auto& announced = node.available_routes;
            if (exit && std::find(announced.begin(), announced.end(), route) != announced.end()) routes.push_back(route);
        }
    }
    return textList(routes);
}

}  // namespace

Json timeText(std::int64_t ms) { return Json(formatTimestamp(ms)); }

std::string maskedPreAuthKey(const PreAuthKey& key) { return "hskey-auth-" + key.prefix + "-***"; }
std::string maskedApiKey(const ApiKey& key) { return "hskey-api-" + key.prefix + "-***"; }

Json userForm(const User& user) {
    return Json::object({{"id", std::to_string(user.id)}, {"name", user.shownName()}, {"createdAt", timeText(user.created_ms)},
                         {"displayName", user.display_name}, {"email", user.email}, {"providerId", user.provider_id},
                         {"provider", user.provider}, {"profilePicUrl", user.picture_url}});
}

Json preAuthKeyForm(const Tailnet& tailnet, const PreAuthKey& key, const std::string& key_text) {
    const auto user = tailnet.users().find(key.user);
    return Json::object({{"user", user == tailnet.users().end() ? Json() : userForm(user->second)},
                         {"id", std::to_string(key.id)}, {"key", key_text}, {"reusable", key.reusable},
                         {"ephemeral", key.ephemeral}, {"used", key.used}, {"expiration", timeText(key.expiration_ms)},
                         {"createdAt", timeText(key.created_ms)}, {"aclTags", textList(key.tags)}});
}

Json nodeForm(const Tailnet& tailnet, const Node& node, NodeView view, Dialect dialect) {
    Json out;
    out.append("id", std::to_string(node.id));
    out.append("machineKey", node.machine_key);
    out.append("nodeKey", node.node_key);
    out.append("discoKey", node.disco_key);
    out.append("ipAddresses", textList(node.addresses));
    out.append("name", node.name);
    out.append("user", owner(tailnet, node, view));
    out.append("lastSeen", optionalTime(node.last_seen_ms));
    out.append("expiry", optionalTime(node.expiry_ms));
    out.append("preAuthKey", keyOfNode(tailnet, node, dialect));
    out.append("createdAt", timeText(node.created_ms));
    out.append("registerMethod", node.register_method);
    out.append("givenName", node.given_name);
    out.append("online", node.online);
    out.append("approvedRoutes", textList(node.approved_routes));
    out.append("availableRoutes", textList(node.available_routes));
    out.append("subnetRoutes", servingRoutes(tailnet, node, view));
    out.append("tags", textList(node.tags));
    return out;
}

Json apiKeyForm(const ApiKey& key) {
    return Json::object({{"id", std::to_string(key.id)}, {"prefix", maskedApiKey(key)}, {"expiration", timeText(key.expiration_ms)},
                         {"createdAt", timeText(key.created_ms)}, {"lastSeen", Json()}});
}

}  // namespace masthead::demo
