// Joining: pre-auth keys, registration links and what an admin decides about them.
#include <algorithm>

#include "demo/api.hpp"
#include "demo/fleet_names.hpp"
#include "demo/records.hpp"
#include "host/base/encoding.hpp"
#include "host/base/random.hpp"

namespace masthead::demo {

namespace {

constexpr std::string_view kAuthPrefix = "hskey-authreq-";
constexpr std::size_t kAuthIdLength = 38;
constexpr std::size_t kMostPending = 1024;
constexpr std::int64_t kPendingLifeMs = 15 * 60 * 1000;

void dropStale(std::map<std::string, PendingNode>& pending, std::int64_t now) {
    for (auto it = pending.begin(); it != pending.end();) {
        it = now - it->second.created_ms > kPendingLifeMs ? pending.erase(it) : std::next(it);
    }
    while (pending.size() >= kMostPending) {
        pending.erase(std::min_element(pending.begin(), pending.end(), [](const auto& left, const auto& right) {
            return left.second.created_ms < right.second.created_ms;
        }));
    }
}

}  // namespace

std::string authIdProblem(const std::string& auth_id) {
    if (auth_id.rfind(kAuthPrefix, 0) != 0) return "auth ID has invalid prefix: expected prefix \"hskey-authreq-\"";
    if (auth_id.size() != kAuthIdLength) {
        return "auth ID has invalid length: expected 38, got " + std::to_string(auth_id.size());
    }
    return {};
}

std::string Api::newAuthId() const {
    return std::string(kAuthPrefix) + (settings_.dialect == Dialect::V030 ? hexEncode(randomBytes(12)) : randomToken(18));
}

Reply Api::debugCreateNode(const Json& request) {
    auto user = userByName(request.text("user"));
    if (!user) return Failure{grpc_code::kUnknown, user.error().message, 404, "looking up user", user.error().message};
    std::vector<std::string> routes;
    for (const auto& route : request["routes"].items()) {
        auto prefix = parsePrefix(route.asString());
        if (!prefix) return Failure{grpc_code::kUnknown, prefix.error().message, 400, "parsing routes", prefix.error().message};
        routes.push_back(prefix->text());
    }
    const std::string& auth_id = request.text("key");
    if (const auto problem = authIdProblem(auth_id); !problem.empty()) {
        return Failure{grpc_code::kUnknown, problem, 400, "debug creating node", problem};
    }
    PendingNode waiting;
    waiting.created_ms = tailnet_.nowMs();
    waiting.node.name = request.text("name");
    waiting.node.machine_key = "mkey:" + hexEncode(randomBytes(32));
    waiting.node.node_key = "nodekey:" + hexEncode(randomBytes(32));
    waiting.node.disco_key = "discokey:" + std::string(64, '0');
    waiting.node.expiry_ms = kGoZeroTimeMs;
    Node shown = waiting.node;
    shown.user = (*user)->id;
    shown.available_routes = routes;
    shown.last_seen_ms = kGoZeroTimeMs;
    shown.created_ms = kGoZeroTimeMs;
    dropStale(tailnet_.pending(), waiting.created_ms);
    tailnet_.pending()[auth_id] = std::move(waiting);
    return Json::object({{"node", nodeForm(tailnet_, shown, NodeView::Single, settings_.dialect)}});
}

Reply Api::registerNode(const Json& request) { return completeRegistration(request.text("user"), request.text("key")); }
Reply Api::authRegister(const Json& request) { return completeRegistration(request.text("user"), request.text("authId")); }

Reply Api::completeRegistration(const std::string& user_name, const std::string& auth_id) {
    if (const auto problem = authIdProblem(auth_id); !problem.empty()) {
        return Failure{grpc_code::kUnknown, problem, 400, "registering node", problem};
    }
    auto user = userByName(user_name);
    if (!user) {
        const std::string& reason = user.error().message;
        return Failure{grpc_code::kUnknown, "looking up user: " + reason, 404, "looking up user", reason};
    }
    dropStale(tailnet_.pending(), tailnet_.nowMs());
    const auto waiting = tailnet_.pending().find(auth_id);
    if (waiting == tailnet_.pending().end()) {
        const std::string reason = "node not found in registration cache";
        return Failure{grpc_code::kUnknown, reason, 404, "registering node", reason};
    }
    Node node = waiting->second.node;
    const bool client_waits = waiting->second.client_waits;
    tailnet_.pending().erase(waiting);
    node.user = (*user)->id;
    node.register_method = "REGISTER_METHOD_CLI";
    node.created_ms = tailnet_.nowMs();
    node.last_seen_ms = node.created_ms;
    node.given_name = tailnet_.freeGivenName(node.name);
    node.addresses = tailnet_.allocateAddresses();
    const std::uint64_t node_id = tailnet_.put(node);
    if (client_waits) connecting_.push_back(node_id);
    return nodeReply(node_id);
}

Reply Api::settleAuth(const std::string& auth_id) {
    if (const auto problem = authIdProblem(auth_id); !problem.empty()) {
        return Failure{grpc_code::kInvalidArgument, "invalid auth_id: " + problem, 400, "invalid auth_id", problem};
    }
    // A settled registration is gone from the cache; the waiting client asks for a new link.
    if (tailnet_.pending().erase(auth_id) == 0) {
        const std::string reason = "no pending auth session for auth_id " + auth_id;
        return Failure{grpc_code::kNotFound, reason, 404, reason, ""};
    }
    return Json::object();
}

Reply Api::authApprove(const Json& request) { return settleAuth(request.text("authId")); }
Reply Api::authReject(const Json& request) { return settleAuth(request.text("authId")); }

void Api::connectWaiting() {
    std::vector<std::uint64_t> ready;
    {
        const std::lock_guard lock(tailnet_.mutex());
        ready.swap(connecting_);
    }
    for (const auto node : ready) {
        // Deleted meanwhile: nothing left to connect.
        if (const auto connected = setOnline(node, true); !connected) continue;
    }
}

Status Api::setOnline(std::uint64_t node_id, bool online) {
    const std::lock_guard lock(tailnet_.mutex());
    const auto found = tailnet_.nodes().find(node_id);
    if (found == tailnet_.nodes().end()) return Error{Code::NotFound, "there is no node " + std::to_string(node_id)};
    Node node = found->second;
    node.online = online;
    node.last_seen_ms = tailnet_.nowMs();
    if (node.disco_key == "discokey:" + std::string(64, '0')) node.disco_key = "discokey:" + hexEncode(randomBytes(32));
    if (online) approveAutomatically(node);
    tailnet_.put(std::move(node));
    return {};
}

Result<Json> Api::join(const JoinRequest& request) {
    std::unique_lock lock(tailnet_.mutex());
    const std::int64_t now = tailnet_.nowMs();
    Node node;
    node.name = request.hostname;
    node.machine_key = "mkey:" + hexEncode(randomBytes(32));
    node.node_key = "nodekey:" + hexEncode(randomBytes(32));
    node.disco_key = "discokey:" + std::string(64, '0');
    node.os = request.os;
    node.os_version = request.os_version;
    node.client_version = request.client_version;
    node.endpoints = {inventedEndpoint(hexEncode(randomBytes(4)))};
    for (const auto& route : request.routes) {
        auto prefix = parsePrefix(route);
        if (!prefix) return std::move(prefix).error();
        node.available_routes.push_back(prefix->text());
    }
    if (request.auth_key.empty()) {
        dropStale(tailnet_.pending(), now);
        const std::string auth_id = newAuthId();
        tailnet_.pending()[auth_id] = PendingNode{std::move(node), true, now};
        return Json::object({{"authId", auth_id}});
    }
    constexpr std::string_view kHead = "hskey-auth-";
    constexpr std::size_t kPrefix = 12;
    const std::string_view text = request.auth_key;
    const PreAuthKey* key = nullptr;
    if (text.size() > kHead.size() + kPrefix + 1) {
        const auto prefix = text.substr(kHead.size(), kPrefix);
        const auto hash = sha256Hex(text.substr(kHead.size() + kPrefix + 1));
        for (const auto& [key_id, candidate] : tailnet_.preAuthKeys()) {
            if (candidate.prefix == prefix && equalConstantTime(candidate.secret_hash, hash)) key = &candidate;
        }
    }
    if (!key) return Error{Code::InvalidArgument, "AuthKey not found"};
    if (key->expiration_ms <= now) return Error{Code::InvalidArgument, "authkey expired"};
    if (key->used && !key->reusable) return Error{Code::InvalidArgument, "authkey already used"};
    node.key_id = key->id;
    node.tags = key->tags;
    node.user = key->tags.empty() ? key->user : 0;
    node.register_method = "REGISTER_METHOD_AUTH_KEY";
    node.created_ms = now;
    node.last_seen_ms = now;
    node.given_name = tailnet_.freeGivenName(node.name);
    node.addresses = tailnet_.allocateAddresses();
    node.disco_key = "discokey:" + hexEncode(randomBytes(32));
    node.online = true;
    approveAutomatically(node);
    if (!key->reusable) {
        PreAuthKey used = *key;
        used.used = true;
        tailnet_.put(std::move(used));
    }
    const std::uint64_t node_id = tailnet_.put(std::move(node));
    Json answer = nodeReply(node_id).body();
    const std::uint64_t change = tailnet_.lastChange();
    lock.unlock();
    tailnet_.waitDurable(change);
    return answer;
}

}  // namespace masthead::demo
