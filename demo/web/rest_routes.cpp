// The little of 0.30's v2 API that tells a node's operating system and client version.
#include "demo/records.hpp"
#include "demo/web/rest.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

HttpResponse v2Error(int status, const std::string& message) {
    return jsonResponse(status, Json::object({{"message", message}, {"data", Json::array()}, {"status", status}}));
}

Json device(const Tailnet& tailnet, const Node& node, bool all) {
    const auto owner = tailnet.users().find(node.user);
    Json out = Json::object(
        {{"addresses", textList(node.addresses)}, {"name", node.given_name}, {"id", std::to_string(node.id)}, {"nodeId", std::to_string(node.id)},
         {"authorized", true}, {"user", owner == tailnet.users().end() || !node.tags.empty() ? "" : owner->second.shownName()},
         {"tags", textList(node.tags)}, {"keyExpiryDisabled", !node.expiry_ms}, {"created", timeText(node.created_ms)}, {"hostname", node.name},
         {"machineKey", node.machine_key}, {"nodeKey", node.node_key}, {"os", node.os}, {"clientVersion", node.client_version},
         {"updateAvailable", false}});
    const auto key = tailnet.preAuthKeys().find(node.key_id);
    out.set("isEphemeral", key != tailnet.preAuthKeys().end() && key->second.ephemeral);
    if (node.expiry_ms) out.set("expires", timeText(*node.expiry_ms));
    if (!node.online && node.last_seen_ms) out.set("lastSeen", timeText(*node.last_seen_ms));
    if (all) {
        out.set("advertisedRoutes", textList(node.available_routes));
        out.set("enabledRoutes", textList(node.approved_routes));
    }
    return out;
}

}  // namespace

HttpResponse devicesRoute(WebState& state, const HttpRequest& request) {
    bool all = false;
    for (const auto& [name, value] : queryParts(request.query)) all = all || (name == "fields" && value == "all");
    const Tailnet& tailnet = state.api.tailnet();
    const std::lock_guard lock(state.api.tailnet().mutex());
    if (const auto one = matchPath("/api/v2/device/{id}", request.path, false); one && request.method == "GET") {
        const auto node = tailnet.nodes().find(parseUnsigned<std::uint64_t>(one->front().second).value_or(0));
        if (node == tailnet.nodes().end()) return v2Error(404, "device not found");
        return jsonResponse(200, device(tailnet, node->second, all));
    }
    const auto list = matchPath("/api/v2/tailnet/{tailnet}/devices", request.path, false);
    if (!list || request.method != "GET") return notFound();
    if (list->front().second != "-") return v2Error(404, "tailnet not found");
    Json::Array devices;
    for (const auto& [id, node] : tailnet.nodes()) devices.push_back(device(tailnet, node, all));
    return jsonResponse(200, Json::object({{"devices", Json(std::move(devices))}}));
}

}  // namespace masthead::demo
