#include "host/headscale/rest/driver.hpp"

#include "host/base/timestamp.hpp"
#include "host/headscale/rest/unix_http.hpp"
#include "host/headscale/rest_shape.hpp"

namespace masthead::headscale {

namespace {

constexpr std::size_t kMostRequestBody = (std::size_t{1} << 20) - 1;  // headscale refuses 1 MiB exactly, too

template <typename Read>
auto listOf(const Json& list, Read read) -> Result<std::vector<std::decay_t<decltype(*read(list))>>> {
    std::vector<std::decay_t<decltype(*read(list))>> out;
    out.reserve(list.items().size());
    for (const Json& item : list.items()) {
        auto one = read(item);
        if (!one) return std::move(one).error();
        out.push_back(std::move(*one));
    }
    return out;
}

std::string path(const char* base, Id id, const char* action = "") { return base + std::to_string(id) + action; }

}  // namespace

Result<Json> RestDriver::call(const char* method, const std::string& target, const Json& body, const Attempt& attempt, Deadline deadline) {
    HttpRequest request{method, "/api/v1" + target, body.isNull() ? std::string() : body.dump()};
    if (request.body.size() > kMostRequestBody) {
        return Error{Code::ResourceExhausted, std::string(attempt.what) + ": headscale takes at most 1 MiB at once, this is " +
                                                  std::to_string(request.body.size()) + " bytes"};
    }
    auto answer = exchange(socket_path_, request, deadline.ms);
    if (!answer) {
        if (answer.error().code == Code::Unavailable) return unavailable(attempt, answer.error().message);
        return std::move(answer).error().within(std::string(attempt.what));
    }
    auto parsed = parseJson(answer->body, kLocalJson);
    if (answer->status != 200) return restError(answer->status, parsed ? *parsed : Json(), answer->body, attempt);
    if (!parsed) return std::move(parsed).error().within(std::string(attempt.what) + ": reading headscale's answer");
    return std::move(*parsed);
}

Result<Node> RestDriver::nodeCall(const char* method, const std::string& target, const Json& body, const Attempt& attempt,
                                  Deadline deadline) {
    auto answer = call(method, target, body, attempt, deadline);
    if (!answer) return std::move(answer).error();
    return nodeFromRest((*answer)["node"]);
}

Status RestDriver::plainCall(const char* method, const std::string& target, const Json& body, const Attempt& attempt, Deadline deadline) {
    auto answer = call(method, target, body, attempt, deadline);
    if (!answer) return std::move(answer).error();
    return {};
}

Result<std::vector<User>> RestDriver::listUsers(Deadline deadline) {
    auto answer = call("GET", "/user", {}, {"listing users"}, deadline);
    if (!answer) return std::move(answer).error();
    return listOf((*answer)["users"], userFromRest);
}

Result<User> RestDriver::createUser(const CreateUser& wanted, Deadline deadline) {
    const Json body = Json::object({{"name", wanted.name},
                                    {"displayName", wanted.display_name},
                                    {"email", wanted.email},
                                    {"pictureUrl", wanted.picture_url}});
    auto answer = call("POST", "/user", body, {"creating user", wanted.name}, deadline);
    if (!answer) return std::move(answer).error();
    return userFromRest((*answer)["user"]);
}

Result<User> RestDriver::renameUser(Id id, const std::string& new_name, Deadline deadline) {
    auto answer = call("POST", path("/user/", id, "/rename/") + encodeSegment(new_name), {}, {"renaming user to", new_name}, deadline);
    if (!answer) return std::move(answer).error();
    return userFromRest((*answer)["user"]);
}

Status RestDriver::deleteUser(Id id, Deadline deadline) {
    return plainCall("DELETE", path("/user/", id), {}, {"deleting user", std::to_string(id)}, deadline);
}

Result<std::vector<Node>> RestDriver::listNodes(Deadline deadline) {
    auto answer = call("GET", "/node", {}, {"listing nodes"}, deadline);
    if (!answer) return std::move(answer).error();
    return listOf((*answer)["nodes"], nodeFromRest);
}

Result<Node> RestDriver::getNode(Id id, Deadline deadline) {
    return nodeCall("GET", path("/node/", id), {}, {"reading node", std::to_string(id)}, deadline);
}

Result<Node> RestDriver::renameNode(Id id, const std::string& new_name, Deadline deadline) {
    return nodeCall("POST", path("/node/", id, "/rename/") + encodeSegment(new_name), {}, {"renaming node", std::to_string(id)}, deadline);
}

Result<Node> RestDriver::setTags(Id id, const std::vector<std::string>& tags, Deadline deadline) {
    return nodeCall("POST", path("/node/", id, "/tags"), Json::object({{"tags", toRest(tags)}}),
                    {"setting the tags of node", std::to_string(id)}, deadline);
}

Result<Node> RestDriver::setApprovedRoutes(Id id, const std::vector<std::string>& routes, Deadline deadline) {
    return nodeCall("POST", path("/node/", id, "/approve_routes"), Json::object({{"routes", toRest(routes)}}),
                    {"approving routes of node", std::to_string(id)}, deadline);
}

Result<Node> RestDriver::expireNode(Id id, Time at, Deadline deadline) {
    const Json body = at ? Json::object({{"expiry", formatTimestamp(*at)}}) : Json();
    return nodeCall("POST", path("/node/", id, "/expire"), body, {"expiring node", std::to_string(id)}, deadline);
}

Result<Node> RestDriver::disableExpiry(Id id, Deadline deadline) {
    return nodeCall("POST", path("/node/", id, "/expire"), Json::object({{"disableExpiry", true}}),
                    {"removing the expiry of node", std::to_string(id)}, deadline);
}

Status RestDriver::deleteNode(Id id, Deadline deadline) {
    return plainCall("DELETE", path("/node/", id), {}, {"deleting node", std::to_string(id)}, deadline);
}

Result<Node> RestDriver::registerNode(const std::string& user_name, const std::string& key, Deadline deadline) {
    return nodeCall("POST", "/node/register?user=" + encodeSegment(user_name) + "&key=" + encodeSegment(key), {},
                    {"registering a node for user", user_name}, deadline);
}

Result<Node> RestDriver::debugCreateNode(const std::string& user_name, const std::string& key, const std::string& name,
                                         const std::vector<std::string>& routes, Deadline deadline) {
    const Json body = Json::object({{"user", user_name}, {"key", key}, {"name", name}, {"routes", toRest(routes)}});
    return nodeCall("POST", "/debug/node", body, {"preparing a test node", name}, deadline);
}

Result<std::vector<std::string>> RestDriver::backfillNodeIps(Deadline deadline) {
    auto answer = call("POST", "/node/backfillips?confirmed=true", {}, {"completing node addresses"}, deadline);
    if (!answer) return std::move(answer).error();
    return textsOf((*answer)["changes"]);
}

Result<std::vector<PreAuthKey>> RestDriver::listPreAuthKeys(Deadline deadline) {
    auto answer = call("GET", "/preauthkey", {}, {"listing pre-auth keys"}, deadline);
    if (!answer) return std::move(answer).error();
    return listOf((*answer)["preAuthKeys"], preAuthKeyFromRest);
}

Result<PreAuthKey> RestDriver::createPreAuthKey(const CreatePreAuthKey& wanted, Deadline deadline) {
    Json body = Json::object({{"reusable", wanted.reusable},
                              {"ephemeral", wanted.ephemeral},
                              {"expiration", formatTimestamp(wanted.expiration)},
                              {"aclTags", toRest(wanted.tags)}});
    if (wanted.user != 0) body.set("user", std::to_string(wanted.user));
    auto answer = call("POST", "/preauthkey", body, {"creating a pre-auth key"}, deadline);
    if (!answer) return std::move(answer).error();
    return preAuthKeyFromRest((*answer)["preAuthKey"]);
}

Status RestDriver::expirePreAuthKey(Id id, Deadline deadline) {
    return plainCall("POST", "/preauthkey/expire", Json::object({{"id", std::to_string(id)}}),
                     {"expiring pre-auth key", std::to_string(id)}, deadline);
}

Status RestDriver::deletePreAuthKey(Id id, Deadline deadline) {
    return plainCall("DELETE", path("/preauthkey?id=", id), {}, {"deleting pre-auth key", std::to_string(id)}, deadline);
}

Result<std::vector<ApiKey>> RestDriver::listApiKeys(Deadline deadline) {
    auto answer = call("GET", "/apikey", {}, {"listing API keys"}, deadline);
    if (!answer) return std::move(answer).error();
    return listOf((*answer)["apiKeys"], apiKeyFromRest);
}

Result<std::string> RestDriver::createApiKey(std::int64_t expiration, Deadline deadline) {
    auto answer = call("POST", "/apikey", Json::object({{"expiration", formatTimestamp(expiration)}}), {"creating an API key"}, deadline);
    if (!answer) return std::move(answer).error();
    return answer->text("apiKey");
}

Status RestDriver::expireApiKey(const std::string& prefix, Deadline deadline) {
    return plainCall("POST", "/apikey/expire", Json::object({{"prefix", prefix}}), {"expiring API key", prefix}, deadline);
}

Status RestDriver::deleteApiKey(const std::string& prefix, Deadline deadline) {
    return plainCall("DELETE", "/apikey/" + encodeSegment(prefix), {}, {"deleting API key", prefix}, deadline);
}

Result<std::optional<Policy>> RestDriver::getPolicy(Deadline deadline) {
    auto answer = call("GET", "/policy", {}, {"reading the policy"}, deadline);
    if (!answer) {
        if (answer.error().code == Code::NotFound) return std::optional<Policy>();
        return std::move(answer).error();
    }
    return std::optional<Policy>(policyFromRest(*answer));
}

Result<Policy> RestDriver::setPolicy(const std::string& text, Deadline deadline) {
    auto answer = call("PUT", "/policy", Json::object({{"policy", text}}), {"setting the policy"}, deadline);
    if (!answer) return std::move(answer).error();
    return policyFromRest(*answer);
}

Status RestDriver::checkPolicy(const std::string& text, Deadline deadline) {
    return plainCall("POST", "/policy/check", Json::object({{"policy", text}}), {"checking the policy"}, deadline);
}

Result<Node> RestDriver::authRegister(const std::string& user_name, const std::string& auth_id, Deadline deadline) {
    return nodeCall("POST", "/auth/register", Json::object({{"user", user_name}, {"authId", auth_id}}),
                    {"registering a node for user", user_name}, deadline);
}

Status RestDriver::authApprove(const std::string& auth_id, Deadline deadline) {
    return plainCall("POST", "/auth/approve", Json::object({{"authId", auth_id}}), {"approving the request"}, deadline);
}

Status RestDriver::authReject(const std::string& auth_id, Deadline deadline) {
    return plainCall("POST", "/auth/reject", Json::object({{"authId", auth_id}}), {"rejecting the request"}, deadline);
}

Status RestDriver::health(Deadline deadline) {
    auto answer = call("GET", "/health", {}, {"asking for headscale's health"}, deadline);
    if (!answer) return std::move(answer).error();
    if (!(*answer)["databaseConnectivity"].asBool()) return Error{Code::Unavailable, "headscale has lost its database"};
    return {};
}

}  // namespace masthead::headscale
