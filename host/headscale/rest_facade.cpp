#include "host/headscale/rest_facade.hpp"

#include <algorithm>
#include <array>

#include "host/base/text.hpp"
#include "host/headscale/rest_request.hpp"
#include "host/headscale/rest_shape.hpp"

namespace masthead::headscale {

namespace {

using Handler = Result<Json> (*)(Client&, const RestRequest&, Deadline);

// Unwraps a Result or leaves the handler with its error.
#define MH_TAKE(name, expression)                                  \
    auto name##_result = (expression);                             \
    if (!name##_result) return std::move(name##_result).error();   \
    auto& name = *name##_result
#define MH_CHECK(expression) \
    if (Status checked = (expression); !checked) return std::move(checked).error()

template <typename T>
Result<Json> wrapped(const char* member, Result<T> result) {
    if (!result) return std::move(result).error();
    Json out = Json::object();
    out.append(member, toRest(*result));
    return out;
}

Result<Json> done(Status status) {
    if (!status) return std::move(status).error();
    return Json::object();
}

Result<Json> nodeDone(Result<Node> node) { return wrapped("node", std::move(node)); }

// users

Result<Json> listUsers(Client& client, const RestRequest& request, Deadline deadline) {
    MH_TAKE(users, client.listUsers(deadline));
    // As headscale filters: name before email before id, the others are ignored.
    const std::string name = request.queried("name"), email = request.queried("email"), id = request.queried("id");
    std::erase_if(users, [&](const User& user) {
        if (!name.empty()) return user.name != name;
        if (!email.empty()) return user.email != email;
        return !id.empty() && std::to_string(user.id) != id;
    });
    return Json::object({{"users", toRest(users)}});
}

Result<Json> createUser(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"name", "displayName", "email", "pictureUrl"}));
    MH_TAKE(name, request.text("name"));
    MH_TAKE(display_name, request.text("displayName"));
    MH_TAKE(email, request.text("email"));
    MH_TAKE(picture_url, request.text("pictureUrl"));
    return wrapped("user", client.createUser({name, display_name, email, picture_url}, deadline));
}

Result<Json> renameUser(Client& client, const RestRequest& request, Deadline deadline) {
    MH_TAKE(id, parseId(request.segments[1], "user"));
    return wrapped("user", client.renameUser(id, request.segments[3], deadline));
}

Result<Json> deleteUser(Client& client, const RestRequest& request, Deadline deadline) {
    MH_TAKE(id, parseId(request.segments[1], "user"));
    return done(client.deleteUser(id, deadline));
}

// nodes

Result<Json> listNodes(Client& client, const RestRequest& request, Deadline deadline) {
    MH_TAKE(nodes, client.listNodes(deadline));
    const std::string user = request.queried("user");
    if (!user.empty()) {
        std::erase_if(nodes, [&](const Node& node) { return !node.tags.empty() || !node.user || node.user->name != user; });
    }
    return Json::object({{"nodes", toRest(nodes)}});
}

Result<Json> getNode(Client& client, const RestRequest& request, Deadline deadline) {
    MH_TAKE(id, parseId(request.segments[1], "node"));
    return nodeDone(client.getNode(id, deadline));
}

Result<Json> deleteNode(Client& client, const RestRequest& request, Deadline deadline) {
    MH_TAKE(id, parseId(request.segments[1], "node"));
    return done(client.deleteNode(id, deadline));
}

Result<Json> expireNode(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"expiry", "disableExpiry"}));
    MH_TAKE(id, parseId(request.segments[1], "node"));
    MH_TAKE(expiry, request.time("expiry"));
    MH_TAKE(never, request.flag("disableExpiry"));
    if (never && expiry) return Error{Code::InvalidArgument, "give either \"expiry\" or \"disableExpiry\", not both"};
    return nodeDone(never ? client.disableExpiry(id, deadline) : client.expireNode(id, expiry, deadline));
}

Result<Json> renameNode(Client& client, const RestRequest& request, Deadline deadline) {
    MH_TAKE(id, parseId(request.segments[1], "node"));
    return nodeDone(client.renameNode(id, request.segments[3], deadline));
}

Result<Json> setTags(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"tags"}));
    MH_TAKE(id, parseId(request.segments[1], "node"));
    MH_TAKE(tags, request.texts("tags"));
    return nodeDone(client.setTags(id, tags, deadline));
}

Result<Json> setApprovedRoutes(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"routes"}));
    MH_TAKE(id, parseId(request.segments[1], "node"));
    MH_TAKE(routes, request.texts("routes"));
    return nodeDone(client.setApprovedRoutes(id, routes, deadline));
}

Result<Json> registerNode(Client& client, const RestRequest& request, Deadline deadline) {
    return nodeDone(client.registerNode(request.queried("user"), request.queried("key"), deadline));
}

Result<Json> debugCreateNode(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"user", "key", "name", "routes"}));
    MH_TAKE(user, request.text("user"));
    MH_TAKE(key, request.text("key"));
    MH_TAKE(name, request.text("name"));
    MH_TAKE(routes, request.texts("routes"));
    return nodeDone(client.debugCreateNode(user, key, name, routes, deadline));
}

Result<Json> backfillNodeIps(Client& client, const RestRequest& request, Deadline deadline) {
    if (request.queried("confirmed") != "true") return Error{Code::InvalidArgument, "add ?confirmed=true: this changes addresses of nodes"};
    return wrapped("changes", client.backfillNodeIps(deadline));
}

// keys

Result<Json> listPreAuthKeys(Client& client, const RestRequest&, Deadline deadline) {
    return wrapped("preAuthKeys", client.listPreAuthKeys(deadline));
}

Result<Json> createPreAuthKey(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"user", "reusable", "ephemeral", "expiration", "aclTags"}));
    MH_TAKE(user, request.id("user"));
    MH_TAKE(reusable, request.flag("reusable"));
    MH_TAKE(ephemeral, request.flag("ephemeral"));
    MH_TAKE(expiration, request.time("expiration"));
    MH_TAKE(tags, request.texts("aclTags"));
    return wrapped("preAuthKey", client.createPreAuthKey({user, reusable, ephemeral, expiration.value_or(0), tags}, deadline));
}

Result<Json> expirePreAuthKey(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"id"}));
    MH_TAKE(id, request.id("id"));
    return done(client.expirePreAuthKey(id, deadline));
}

Result<Json> deletePreAuthKey(Client& client, const RestRequest& request, Deadline deadline) {
    MH_TAKE(id, parseId(request.queried("id"), "pre-auth key"));
    return done(client.deletePreAuthKey(id, deadline));
}

Result<Json> listApiKeys(Client& client, const RestRequest&, Deadline deadline) { return wrapped("apiKeys", client.listApiKeys(deadline)); }

Result<Json> createApiKey(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"expiration"}));
    MH_TAKE(expiration, request.time("expiration"));
    MH_TAKE(key, client.createApiKey(expiration.value_or(0), deadline));
    return Json::object({{"apiKey", key}});
}

Result<Json> expireApiKey(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"prefix"}));
    MH_TAKE(prefix, request.text("prefix"));
    return done(client.expireApiKey(prefix, deadline));
}

Result<Json> deleteApiKey(Client& client, const RestRequest& request, Deadline deadline) {
    return done(client.deleteApiKey(request.segments[1], deadline));
}

// policy, authorisation, health

Result<Json> getPolicy(Client& client, const RestRequest&, Deadline deadline) {
    MH_TAKE(policy, client.getPolicy(deadline));
    if (!policy) return Error{Code::NotFound, "no policy was ever set"};
    return toRest(*policy);
}

Result<Json> setPolicy(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"policy"}));
    MH_TAKE(text, request.text("policy"));
    MH_TAKE(policy, client.setPolicy(text, deadline));
    return toRest(policy);
}

Result<Json> checkPolicy(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"policy"}));
    MH_TAKE(text, request.text("policy"));
    return done(client.checkPolicy(text, deadline));
}

Result<Json> authRegister(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"user", "authId"}));
    MH_TAKE(user, request.text("user"));
    MH_TAKE(auth_id, request.text("authId"));
    return nodeDone(client.authRegister(user, auth_id, deadline));
}

Result<Json> authApprove(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"authId"}));
    MH_TAKE(auth_id, request.text("authId"));
    return done(client.authApprove(auth_id, deadline));
}

Result<Json> authReject(Client& client, const RestRequest& request, Deadline deadline) {
    MH_CHECK(request.allowMembers({"authId"}));
    MH_TAKE(auth_id, request.text("authId"));
    return done(client.authReject(auth_id, deadline));
}

Result<Json> health(Client& client, const RestRequest&, Deadline deadline) {
    MH_CHECK(client.health(deadline));
    return Json::object({{"databaseConnectivity", true}});
}

#undef MH_TAKE
#undef MH_CHECK

struct Operation {
    std::string_view method;
    std::string_view pattern;  // "*" stands for one segment; the first match counts
    Handler handler;
};

constexpr std::array kOperations{
    Operation{"GET", "user", listUsers},
    Operation{"POST", "user", createUser},
    Operation{"POST", "user/*/rename/*", renameUser},
    Operation{"DELETE", "user/*", deleteUser},
    Operation{"GET", "node", listNodes},
    Operation{"POST", "node/register", registerNode},
    Operation{"POST", "node/backfillips", backfillNodeIps},
    Operation{"GET", "node/*", getNode},
    Operation{"DELETE", "node/*", deleteNode},
    Operation{"POST", "node/*/expire", expireNode},
    Operation{"POST", "node/*/rename/*", renameNode},
    Operation{"POST", "node/*/tags", setTags},
    Operation{"POST", "node/*/approve_routes", setApprovedRoutes},
    Operation{"POST", "debug/node", debugCreateNode},
    Operation{"GET", "preauthkey", listPreAuthKeys},
    Operation{"POST", "preauthkey", createPreAuthKey},
    Operation{"POST", "preauthkey/expire", expirePreAuthKey},
    Operation{"DELETE", "preauthkey", deletePreAuthKey},
    Operation{"GET", "apikey", listApiKeys},
    Operation{"POST", "apikey", createApiKey},
    Operation{"POST", "apikey/expire", expireApiKey},
    Operation{"DELETE", "apikey/*", deleteApiKey},
    Operation{"GET", "policy", getPolicy},
    Operation{"PUT", "policy", setPolicy},
    Operation{"POST", "policy/check", checkPolicy},
    Operation{"POST", "auth/register", authRegister},
    Operation{"POST", "auth/approve", authApprove},
    Operation{"POST", "auth/reject", authReject},
    Operation{"GET", "health", health},
};

bool matches(std::string_view pattern, const std::vector<std::string>& segments) {
    const auto parts = split(pattern, '/');
    return std::equal(parts.begin(), parts.end(), segments.begin(), segments.end(),
                      [](std::string_view part, const std::string& segment) { return part == "*" || part == segment; });
}

}  // namespace

Result<Json> callRest(Client& client, std::string_view method, std::string_view path, const Json& body, Deadline deadline) {
    auto request = parseRestRequest(method, path, body);
    if (!request) return std::move(request).error();
    for (const Operation& operation : kOperations) {
        if (operation.method == method && matches(operation.pattern, request->segments)) return operation.handler(client, *request, deadline);
    }
    return Error{Code::NotFound, "headscale's API has no " + std::string(method.substr(0, 16)) + " " + std::string(path.substr(0, 200))};
}

}  // namespace masthead::headscale
