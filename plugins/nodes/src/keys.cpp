// Handlers of pre-auth keys. The full key is in the answer to its creation and nowhere else.
#include "plugin.hpp"
#include "validate.hpp"

namespace nodes {

void NodesPlugin::bindKeys() {
    route("keys.list", &NodesPlugin::listKeys);
    route("keys.create", &NodesPlugin::createKey);
    route("keys.expire", &NodesPlugin::expireKey);
    route("keys.delete", &NodesPlugin::deleteKey);
}

Result<Reply> NodesPlugin::listKeys(const HttpCall& call) { return pass(call, "GET", "/api/v1/preauthkey"); }

Result<Reply> NodesPlugin::createKey(const HttpCall& call) {
    auto body = call.json();
    if (!body) return std::move(body).error();
    auto expiration = checkExpiration((*body)["expiration"]);
    if (!expiration) return std::move(expiration).error();
    auto tags = checkTags((*body)["tags"]);
    if (!tags) return std::move(tags).error();

    Json request = Json::object();
    if (!body->text("user").empty()) {
        auto user = checkId(body->text("user"), "user");
        if (!user) return std::move(user).error();
        request.set("user", *user);
    } else if (tags->empty()) {
        return Error{Code::InvalidArgument, "a pre-auth key needs an owner: choose a user, or at least one tag"};
    }
    request.set("reusable", (*body)["reusable"].asBool());
    request.set("ephemeral", (*body)["ephemeral"].asBool());
    request.set("expiration", *expiration);
    request.set("aclTags", toJson(*tags));
    auto answer = ask(call, "POST", "/api/v1/preauthkey", request);
    if (!answer) return std::move(answer).error();

    const std::string& key = (*answer)["preAuthKey"].text("key");
    answer->set("command", "tailscale up --login-server " + host().info().text("public_url") + " --auth-key " + key);
    auto reply = Reply::json(*answer);
    reply.headers.emplace_back("cache-control", "no-store");
    return reply;
}

Result<Reply> NodesPlugin::expireKey(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "key");
    if (!id) return std::move(id).error();
    return pass(call, "POST", "/api/v1/preauthkey/expire", Json::object({{"id", *id}}));
}

Result<Reply> NodesPlugin::deleteKey(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "key");
    if (!id) return std::move(id).error();
    return pass(call, "DELETE", "/api/v1/preauthkey?id=" + *id);
}

}  // namespace nodes
