// Handlers of headscale's API keys. The full key is in the answer to its creation and nowhere else.
#include "plugin.hpp"
#include "validate.hpp"

namespace nodes {

void NodesPlugin::bindApiKeys() {
    route("api-keys.list", &NodesPlugin::listApiKeys);
    route("api-keys.create", &NodesPlugin::createApiKey);
    route("api-keys.expire", &NodesPlugin::expireApiKey);
    route("api-keys.delete", &NodesPlugin::deleteApiKey);
}

Result<Reply> NodesPlugin::listApiKeys(const HttpCall& call) { return pass(call, "GET", "/api/v1/apikey"); }

Result<Reply> NodesPlugin::createApiKey(const HttpCall& call) {
    auto body = call.json();
    if (!body) return std::move(body).error();
    auto expiration = checkExpiration((*body)["expiration"]);
    if (!expiration) return std::move(expiration).error();
    auto answer = ask(call, "POST", "/api/v1/apikey", Json::object({{"expiration", *expiration}}));
    if (!answer) return std::move(answer).error();
    auto reply = Reply::json(*answer);
    reply.headers.emplace_back("cache-control", "no-store");
    return reply;
}

Result<Reply> NodesPlugin::expireApiKey(const HttpCall& call) {
    auto prefix = checkApiKeyPrefix(call.capture("prefix"));
    if (!prefix) return std::move(prefix).error();
    return pass(call, "POST", "/api/v1/apikey/expire", Json::object({{"prefix", *prefix}}));
}

Result<Reply> NodesPlugin::deleteApiKey(const HttpCall& call) {
    auto prefix = checkApiKeyPrefix(call.capture("prefix"));
    if (!prefix) return std::move(prefix).error();
    return pass(call, "DELETE", "/api/v1/apikey/" + percentEncode(*prefix));
}

}  // namespace nodes
