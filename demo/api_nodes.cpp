// Nodes: list, names, expiry, tags and routes.
#include <algorithm>

#include "demo/api.hpp"
#include "demo/dns_label.hpp"
#include "demo/records.hpp"

namespace masthead::demo {

namespace {

Failure nodeNotFound() { return {grpc_code::kNotFound, "node not found", 404, "node not found", ""}; }

Failure nodeGone(std::uint64_t id, const std::string& attempt, int code = grpc_code::kUnknown) {
    const std::string reason = "node no longer exists in NodeStore: " + std::to_string(id);
    return {code, reason, 404, attempt, reason};
}

template <typename T>
void sortUnique(std::vector<T>& items) {
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
}

}  // namespace

Reply Api::getNode(const Json& request) {
    const auto node = tailnet_.nodes().find(id(request, "nodeId"));
    if (node == tailnet_.nodes().end()) return nodeNotFound();
    return nodeReply(node->first);
}

Reply Api::listNodes(const Json& request) {
    const std::string& name = request.text("user");
    std::uint64_t user_id = 0;
    if (!name.empty()) {
        auto user = userByName(name);
        if (!user) return Failure{grpc_code::kUnknown, user.error().message, 404, "listing nodes", user.error().message};
        user_id = (*user)->id;
    }
    Json::Array nodes;
    nodes.reserve(tailnet_.nodes().size());
    for (const auto& [node_id, node] : tailnet_.nodes()) {
        if (user_id != 0 && (node.user != user_id || !node.tags.empty())) continue;
        nodes.push_back(nodeForm(tailnet_, node, NodeView::List, settings_.dialect));
    }
    return Json::object({{"nodes", Json(std::move(nodes))}});
}

Reply Api::renameNode(const Json& request) {
    const std::uint64_t node_id = id(request, "nodeId");
    const std::string& name = request.text("newName");
    if (const auto problem = labelProblem(name); !problem.empty()) {
        const std::string reason = goQuote(name) + " is not a valid DNS label: " + problem;
        return Failure{grpc_code::kUnknown, "renaming node: " + reason, 400, "renaming node",
                       "given name is not a valid DNS label: " + reason};
    }
    const auto found = tailnet_.nodes().find(node_id);
    if (found == tailnet_.nodes().end()) return nodeGone(node_id, "renaming node");
    if (tailnet_.givenNameTaken(name, node_id)) {
        const std::string reason = "node name is not unique: " + name;
        return Failure{grpc_code::kUnknown, reason, 400, "renaming node", reason};
    }
    Node node = found->second;
    node.given_name = name;
    tailnet_.put(std::move(node));
    return nodeReply(node_id);
}

Reply Api::expireNode(const Json& request) {
    const std::uint64_t node_id = id(request, "nodeId");
    const bool never = request["disableExpiry"].asBool();
    if (never && request.has("expiry")) {
        const std::string reason = "cannot set both disable_expiry and expiry";
        return Failure{grpc_code::kInvalidArgument, reason, 400, reason, ""};
    }
    const auto found = tailnet_.nodes().find(node_id);
    if (found == tailnet_.nodes().end()) return nodeGone(node_id, "expiring node");
    Node node = found->second;
    if (never) {
        node.expiry_ms.reset();
    } else {
        node.expiry_ms = request.has("expiry") ? timeOrZero(request["expiry"]) : tailnet_.nowMs();
    }
    tailnet_.put(std::move(node));
    return nodeReply(node_id);
}

Reply Api::deleteNode(const Json& request) {
    const std::uint64_t node_id = id(request, "nodeId");
    if (tailnet_.nodes().count(node_id) == 0) return nodeNotFound();
    tailnet_.eraseNode(node_id);
    return Json::object();
}

Reply Api::setTags(const Json& request) {
    const std::uint64_t node_id = id(request, "nodeId");
    std::vector<std::string> tags = textList(request["tags"]);
    if (tags.empty()) {
        const std::string reason = "cannot remove all tags from a node - tagged nodes must have at least one tag";
        return Failure{grpc_code::kInvalidArgument, reason, 400, reason, ""};
    }
    for (const auto& tag : tags) {
        if (const auto problem = tagProblem(tag); !problem.empty()) {
            return Failure{grpc_code::kUnknown, problem, 400, "setting tags", problem};
        }
    }
    const auto found = tailnet_.nodes().find(node_id);
    if (found == tailnet_.nodes().end()) return nodeNotFound();
    std::string refused;
    for (const auto& tag : tags) {
        if (!live_policy_.tag_owners.count(tag)) refused += (refused.empty() ? "" : " ") + tag;
    }
    if (!refused.empty()) {
        const std::string reason = "requested tags [" + refused + "] are invalid or not permitted";
        return Failure{grpc_code::kInvalidArgument, reason, 400, "setting tags", reason};
    }
    sortUnique(tags);
    Node node = found->second;
    node.tags = std::move(tags);
    node.user = 0;
    tailnet_.put(std::move(node));
    return nodeReply(node_id);
}

Reply Api::setApprovedRoutes(const Json& request) {
    const std::uint64_t node_id = id(request, "nodeId");
    std::vector<Prefix> routes;
    bool exit = false;
    for (const auto& route : request["routes"].items()) {
        auto prefix = parsePrefix(route.asString());
        if (!prefix) {
            const std::string& reason = prefix.error().message;
            return Failure{grpc_code::kUnknown, "parsing route: " + reason, 400, "parsing route", reason};
        }
        exit = exit || prefix->isExit();
        routes.push_back(*prefix);
    }
    if (exit) {
        routes.push_back(*parsePrefix("0.0.0.0/0"));
        routes.push_back(*parsePrefix("::/0"));
    }
    sortUnique(routes);
    const auto found = tailnet_.nodes().find(node_id);
    if (found == tailnet_.nodes().end()) return nodeGone(node_id, "setting approved routes", grpc_code::kInvalidArgument);
    Node node = found->second;
    node.approved_routes.clear();
    for (const auto& route : routes) node.approved_routes.push_back(route.text());
    tailnet_.put(std::move(node));
    return nodeReply(node_id, NodeView::Routes);
}

Reply Api::backfillNodeIps(const Json& request) {
    if (!request["confirmed"].asBool()) {
        const std::string reason = "not confirmed, aborting";
        return Failure{grpc_code::kUnknown, reason, 400, "backfilling node IPs", reason};
    }
    // Every invented node has all its addresses from the start, so nothing is ever missing.
    return Json::object({{"changes", Json::array()}});
}

}  // namespace masthead::demo
