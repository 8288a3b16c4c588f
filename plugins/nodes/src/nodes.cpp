// Handlers of nodes, their tags and their routes.
#include "plugin.hpp"
#include "time.hpp"
#include "validate.hpp"

namespace nodes {
namespace {

constexpr const char* kTagWarning =
    "A tagged node belongs to its tags and no longer to a user. This cannot be undone here: to give it back to a user, the "
    "device must log in "
    "again with `tailscale up --advertise-tags= --force-reauth`.";

std::string nodePath(const std::string& id, const char* action = "") { return "/api/v1/node/" + id + action; }

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> out;
    for (const auto& item : list.items()) out.push_back(item.asString());
    return out;
}

}  // namespace

void NodesPlugin::bindNodes() {
    route("nodes.list", &NodesPlugin::listNodes);
    route("nodes.get", &NodesPlugin::getNode);
    route("nodes.rename", &NodesPlugin::renameNode);
    route("nodes.expire", &NodesPlugin::expireNode);
    route("nodes.tags", &NodesPlugin::setTags);
    route("nodes.routes", &NodesPlugin::setRoutes);
    route("nodes.exit-node", &NodesPlugin::setExitNode);
    route("nodes.delete", &NodesPlugin::deleteNode);
    route("nodes.register", &NodesPlugin::registerNode);
}

Result<Reply> NodesPlugin::listNodes(const HttpCall& call) { return pass(call, "GET", "/api/v1/node"); }

Result<Reply> NodesPlugin::getNode(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "node");
    if (!id) return std::move(id).error();
    return pass(call, "GET", nodePath(*id));
}

Result<Reply> NodesPlugin::renameNode(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "node");
    if (!id) return std::move(id).error();
    auto body = call.json();
    if (!body) return std::move(body).error();
    const std::string& name = body->text("name");
    if (auto valid = checkNodeName(name); !valid) return std::move(valid).error();
    return pass(call, "POST", nodePath(*id, "/rename/") + name);
}

Result<Reply> NodesPlugin::expireNode(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "node");
    if (!id) return std::move(id).error();
    auto body = call.json();
    if (!body) return std::move(body).error();
    const bool never = (*body)["never"].asBool();
    const Json& expiry = (*body)["expiry"];
    if (never && !expiry.isNull()) return Error{Code::InvalidArgument, "give either \"expiry\" or \"never\", not both"};
    if (never) return pass(call, "POST", nodePath(*id, "/expire"), Json::object({{"disableExpiry", true}}));
    if (expiry.isNull()) return pass(call, "POST", nodePath(*id, "/expire"), Json::object());
    if (!parseTime(expiry.asString()))
        return Error{Code::InvalidArgument,
                     "the expiry " + quoted(expiry.asString()) + " is not a time: expected for example 2030-01-31T12:00:00Z"};
    return pass(call, "POST", nodePath(*id, "/expire"), Json::object({{"expiry", expiry}}));
}

Result<Reply> NodesPlugin::setTags(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "node");
    if (!id) return std::move(id).error();
    auto body = call.json();
    if (!body) return std::move(body).error();
    auto tags = checkTags((*body)["tags"]);
    if (!tags) return std::move(tags).error();
    if (tags->empty()) {
        return Error{Code::InvalidArgument, std::string("a node cannot be left without tags once it has some. ") + kTagWarning};
    }
    auto answer = ask(call, "POST", nodePath(*id, "/tags"), Json::object({{"tags", toJson(*tags)}}));
    if (!answer) return std::move(answer).error();
    // headscale keeps the expiry of the former owner's key; a tagged node is not supposed to have one.
    if (!(*answer)["node"]["expiry"].isNull()) {
        auto lasting = ask(call, "POST", nodePath(*id, "/expire"), Json::object({{"disableExpiry", true}}));
        if (!lasting) return std::move(lasting).error().within("the node is tagged, but its key still expires");
        answer = std::move(lasting);
    }
    answer->set("warning", kTagWarning);
    return Reply::json(*answer);
}

Result<Reply> NodesPlugin::setRoutes(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "node");
    if (!id) return std::move(id).error();
    auto body = call.json();
    if (!body) return std::move(body).error();
    auto routes = checkRoutes((*body)["routes"]);
    if (!routes) return std::move(routes).error();
    return pass(call, "POST", nodePath(*id, "/approve_routes"), Json::object({{"routes", toJson(*routes)}}));
}

Result<Reply> NodesPlugin::setExitNode(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "node");
    if (!id) return std::move(id).error();
    auto body = call.json();
    if (!body) return std::move(body).error();
    const bool enabled = (*body)["enabled"].asBool();
    auto current = ask(call, "GET", nodePath(*id));
    if (!current) return std::move(current).error();
    const Json& node = (*current)["node"];

    bool offered = false;
    for (const auto& route : texts(node["availableRoutes"])) offered = offered || isExitRoute(route);
    if (enabled && !offered) {
        return Error{Code::FailedPrecondition,
                     "the node " + node.text("givenName") +
                         " does not offer itself as an exit node: run `tailscale set --advertise-exit-node` on it first"};
    }
    std::vector<std::string> approved;
    for (const auto& route : texts(node["approvedRoutes"])) {
        if (!isExitRoute(route)) approved.push_back(route);
    }
    if (enabled) approved.insert(approved.end(), {"0.0.0.0/0", "::/0"});
    return pass(call, "POST", nodePath(*id, "/approve_routes"), Json::object({{"routes", toJson(approved)}}));
}

Result<Reply> NodesPlugin::deleteNode(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "node");
    if (!id) return std::move(id).error();
    return pass(call, "DELETE", nodePath(*id));
}

Result<Reply> NodesPlugin::registerNode(const HttpCall& call) {
    auto body = call.json();
    if (!body) return std::move(body).error();
    if (body->text("user").empty()) return Error{Code::InvalidArgument, "name the user who will own the node"};
    if (auto valid = checkText(body->text("user"), "user name", 255); !valid) return std::move(valid).error();
    if (auto valid = checkRegistrationKey(body->text("key")); !valid) return std::move(valid).error();
    return pass(call, "POST",
                "/api/v1/node/register?user=" + percentEncode(body->text("user")) + "&key=" + percentEncode(body->text("key")));
}

}  // namespace nodes
