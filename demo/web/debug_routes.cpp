// `metrics_listen_addr`: headscale's metrics and the debug pages Masthead reads, and below /debug/demo/ the handle by
// which a test or a visitor makes an invented client join, come or go.
#include "demo/records.hpp"
#include "demo/web/router.hpp"
#include "host/base/text.hpp"

namespace masthead::demo {

namespace {

Json timeOrNull(const std::optional<std::int64_t>& ms) { return ms ? timeText(*ms) : Json(); }

Json storedUser(const User& user) {
    return Json::object({{"ID", user.id}, {"CreatedAt", timeText(user.created_ms)}, {"UpdatedAt", timeText(user.created_ms)}, {"DeletedAt", Json()},
                         {"Name", user.name}, {"DisplayName", user.display_name}, {"Email", user.email},
                         {"ProviderIdentifier", Json::object({{"String", user.provider_id}, {"Valid", !user.provider_id.empty()}})},
                         {"Provider", user.provider}, {"ProfilePicURL", user.picture_url}});
}

Json storedNode(const Tailnet& tailnet, const Node& node) {
    const auto owner = tailnet.users().find(node.user);
    const bool owned = owner != tailnet.users().end() && node.tags.empty();
    const Json host = Json::object({{"IPNVersion", node.client_version}, {"OS", node.os}, {"OSVersion", node.os_version}, {"Hostname", node.name},
                                    {"RoutableIPs", textList(node.available_routes)}, {"NetInfo", Json::object({{"PreferredDERP", 999}})}});
    Json v4;
    Json v6;
    for (const auto& address : node.addresses) (address.find(':') == std::string::npos ? v4 : v6) = Json(address);
    return Json::object(
        {{"ID", node.id}, {"MachineKey", node.machine_key}, {"NodeKey", node.node_key}, {"DiscoKey", node.disco_key},
         {"Endpoints", textList(node.endpoints)}, {"Hostinfo", host}, {"IPv4", v4}, {"IPv6", v6}, {"Hostname", node.name},
         {"GivenName", node.given_name}, {"UserID", owned ? Json(node.user) : Json()}, {"User", owned ? storedUser(owner->second) : Json()},
         {"RegisterMethod", node.register_method == "REGISTER_METHOD_AUTH_KEY" ? "authkey" : node.register_method == "REGISTER_METHOD_OIDC" ? "oidc" : "cli"},
         {"Tags", textList(node.tags)}, {"AuthKeyID", node.key_id ? Json(node.key_id) : Json()}, {"AuthKey", Json()},
         {"Expiry", timeOrNull(node.expiry_ms)}, {"LastSeen", timeOrNull(node.last_seen_ms)}, {"ApprovedRoutes", textList(node.approved_routes)},
         {"CreatedAt", timeText(node.created_ms)}, {"UpdatedAt", timeText(node.created_ms)}, {"DeletedAt", Json()}, {"IsOnline", node.online},
         {"Unhealthy", false}, {"ActiveSessions", node.online ? 1 : 0}, {"SessionEpoch", 1}});
}

Json overview(const WebState& state, const Tailnet& tailnet) {
    std::size_t online = 0;
    std::size_t expired = 0;
    Json users = Json::object();
    for (const auto& [id, node] : tailnet.nodes()) {
        online += node.online;
        expired += node.expiry_ms && *node.expiry_ms != kGoZeroTimeMs && *node.expiry_ms < tailnet.nowMs();
        const auto owner = tailnet.users().find(node.user);
        const std::string name = owner == tailnet.users().end() || !node.tags.empty() ? "tagged-devices" : owner->second.shownName();
        users.set(name, users[name].asInt() + 1);
    }
    return Json::object({{"nodes", Json::object({{"total", tailnet.nodes().size()}, {"online", online}, {"expired", expired}, {"ephemeral", 0}})},
                         {"users", users}, {"total_users", tailnet.users().size()},
                         {"policy", Json::object({{"mode", state.api.settings().policy_in_database ? "database" : "file"}})},
                         {"derp", Json::object({{"configured", true}, {"regions", 1}})}, {"primary_routes", tailnet.primaries().size()}});
}

Json batcher(const Tailnet& tailnet) {
    Json connected = Json::object();
    for (const auto& [id, node] : tailnet.nodes()) {
        if (node.online) connected.append(std::to_string(id), Json::object({{"connected", true}, {"active_connections", 1}}));
    }
    const std::size_t total = connected.members().size();
    return Json::object({{"connected_nodes", std::move(connected)}, {"total_nodes", total}});
}

HttpResponse metrics(const Tailnet& tailnet) {
    const std::string text =
        "# HELP headscale_nodestore_nodes Number of nodes in the NodeStore.\n# TYPE headscale_nodestore_nodes gauge\n"
        "headscale_nodestore_nodes " + std::to_string(tailnet.nodes().size()) + "\n"
        "# HELP headscale_nodestore_queue_depth Number of waiting writes.\n# TYPE headscale_nodestore_queue_depth gauge\n"
        "headscale_nodestore_queue_depth 0\n";
    return {200, {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"}}, text};
}

HttpResponse demoError(const Error& error) { return jsonResponse(error.code == Code::NotFound ? 404 : 400, Json::object({{"error", error.message}})); }

HttpResponse joinRoute(WebState& state, const HttpRequest& request) {
    auto body = parseJson(request.body);
    if (!body || !body->isObject()) return demoError({Code::InvalidArgument, "the body must be {\"hostname\", \"authKey\", \"routes\", \"os\"}"});
    JoinRequest join;
    join.hostname = body->text("hostname");
    join.auth_key = body->text("authKey");
    join.routes = textList((*body)["routes"]);
    if (body->has("os")) join.os = body->text("os");
    auto joined = state.api.join(join);
    if (!joined) return demoError(joined.error());
    if (joined->has("authId")) joined->set("url", state.server_url + "/register/" + joined->text("authId"));
    return jsonResponse(200, *joined);
}

HttpResponse onlineRoute(WebState& state, const HttpRequest& request) {
    auto body = parseJson(request.body);
    const auto node = body ? parseUnsigned<std::uint64_t>(body->text("node")) : std::nullopt;
    if (!node || !(*body)["online"].isBool()) return demoError({Code::InvalidArgument, "the body must be {\"node\": \"<id>\", \"online\": true}"});
    if (auto changed = state.api.setOnline(*node, (*body)["online"].asBool()); !changed) return demoError(changed.error());
    return jsonResponse(200, Json::object());
}

}  // namespace

HttpResponse debugRoute(WebState& state, const HttpRequest& request) {
    if (request.path == "/debug/demo/join" && request.method == "POST") return joinRoute(state, request);
    if (request.path == "/debug/demo/online" && request.method == "POST") return onlineRoute(state, request);
    if (request.method != "GET") return notFound();
    if (request.path != "/metrics" && !request.header("x-forwarded-for").empty()) return plainText(403, "debug access denied\n");
    Tailnet& tailnet = state.api.tailnet();
    const std::lock_guard lock(tailnet.mutex());
    if (request.path == "/metrics") return metrics(tailnet);
    if (request.path == "/debug/overview") return jsonResponse(200, overview(state, tailnet));
    if (request.path == "/debug/policy") return {200, {{"Content-Type", "application/json"}}, tailnet.policy() ? tailnet.policy()->text : ""};
    if (request.path == "/debug/batcher") return jsonResponse(200, batcher(tailnet));
    if (request.path == "/debug/registration-cache") {
        return jsonResponse(200, Json::object({{"type", "expirable-lru"}, {"max_entries", 1024}, {"current_len", tailnet.pending().size()}, {"status", "active"}}));
    }
    if (request.path == "/debug/nodestore") {
        Json nodes = Json::object();
        for (const auto& [id, node] : tailnet.nodes()) nodes.append(std::to_string(id), storedNode(tailnet, node));
        return jsonResponse(200, nodes);
    }
    if (request.path == "/debug/") return {200, {{"Content-Type", "text/html; charset=utf-8"}}, "<html><body><h1>headscale debug</h1></body></html>"};
    return notFound();
}

}  // namespace masthead::demo
