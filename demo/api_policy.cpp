// The policy: stored text, the live document tags are judged by, and checks.
#include <algorithm>

#include "demo/api.hpp"
#include "demo/policy/policy_tests.hpp"
#include "host/base/file.hpp"

namespace masthead::demo {

namespace {

const std::string kNoPolicy = "acl policy not found";

}  // namespace

std::string Api::policyProblem(const std::string& text) const {
    if (text.empty()) return {};
    auto document = checkPolicyText(text);
    if (!document) return document.error().message;
    return testFailures(*document, tailnet_);
}

Reply Api::getPolicy(const Json&) {
    if (!settings_.policy_in_database) {
        auto text = settings_.policy_path.empty() ? Result<std::string>(Error{Code::NotFound, kNoPolicy}) : readFile(settings_.policy_path);
        if (!text) {
            const std::string& reason = text.error().message;
            return Failure{grpc_code::kUnknown, "reading policy from path: " + reason, 500, "reading policy from path", reason};
        }
        return Json::object({{"policy", *text}, {"updatedAt", timeText(kGoZeroTimeMs)}});
    }
    if (!tailnet_.policy()) {
        return Failure{grpc_code::kUnknown, "loading ACL from database: " + kNoPolicy, 500, "loading ACL from database", kNoPolicy};
    }
    return Json::object({{"policy", tailnet_.policy()->text}, {"updatedAt", timeText(tailnet_.policy()->updated_ms)}});
}

Reply Api::setPolicy(const Json& request) {
    const std::string& text = request.text("policy");
    if (!settings_.policy_in_database) {
        const std::string reason = "update is disabled for modes other than 'database'";
        return Failure{grpc_code::kUnknown, reason, 400, reason, ""};
    }
    if (const auto problem = policyProblem(text); !problem.empty()) {
        return Failure{grpc_code::kUnknown, "setting policy: " + problem, 400, "setting policy", problem};
    }
    // An empty text is stored but the live policy stays until the next reload.
    if (!text.empty()) live_policy_ = *checkPolicyText(text);
    const StoredPolicy stored{text, tailnet_.nowMs()};
    tailnet_.put(stored);
    std::vector<Node> changed;
    for (const auto& [node_id, node] : tailnet_.nodes()) {
        Node approved = node;
        approveAutomatically(approved);
        if (approved.approved_routes != node.approved_routes) changed.push_back(std::move(approved));
    }
    for (auto& node : changed) tailnet_.put(std::move(node));
    return Json::object({{"policy", text}, {"updatedAt", timeText(stored.updated_ms)}});
}

Reply Api::checkPolicy(const Json& request) {
    if (const auto problem = policyProblem(request.text("policy")); !problem.empty()) {
        return Failure{grpc_code::kInvalidArgument, problem, 400, problem, problem};
    }
    return Json::object();
}

Status Api::reloadPolicy() {
    const std::lock_guard lock(tailnet_.mutex());
    std::string text = tailnet_.policy() ? tailnet_.policy()->text : std::string();
    if (!settings_.policy_in_database) {
        text.clear();
        if (!settings_.policy_path.empty()) {
            auto read = readFile(settings_.policy_path);
            if (!read) return std::move(read).error();
            text = *std::move(read);
        }
    }
    if (text.empty()) {
        live_policy_ = {};
        return {};
    }
    auto document = checkPolicyText(text);
    if (!document) return std::move(document).error();
    live_policy_ = *std::move(document);
    return {};
}

// Approvals by policy only ever add; exit routes have an approver list of their own.
void Api::approveAutomatically(Node& node) const {
    for (const auto& route : node.available_routes) {
        if (std::find(node.approved_routes.begin(), node.approved_routes.end(), route) != node.approved_routes.end()) continue;
        if (autoApproved(live_policy_, tailnet_, node, route)) node.approved_routes.push_back(route);
    }
}

}  // namespace masthead::demo
