// Handlers of headscale's API keys. The full key is in the answer to its creation and nowhere else.
#include "plugin.hpp"
#include "validate.hpp"

namespace nodes {
namespace {

constexpr std::string_view kHead = "hskey-api-";
constexpr std::string_view kMask = "-***";

/// headscale lists "hskey-api-<prefix>-***" and takes that form back; in our addresses the mask would be an odd character.
std::string withoutMask(const std::string& prefix) {
    const bool masked = prefix.size() > kMask.size() && std::string_view(prefix).substr(prefix.size() - kMask.size()) == kMask;
    return masked ? prefix.substr(0, prefix.size() - kMask.size()) : prefix;
}

std::string withMask(const std::string& prefix) {
    return prefix.rfind(kHead, 0) == 0 ? withoutMask(prefix) + std::string(kMask) : prefix;
}

}  // namespace

void NodesPlugin::bindApiKeys() {
    route("api-keys.list", &NodesPlugin::listApiKeys);
    route("api-keys.create", &NodesPlugin::createApiKey);
    route("api-keys.expire", &NodesPlugin::expireApiKey);
    route("api-keys.delete", &NodesPlugin::deleteApiKey);
}

Result<Reply> NodesPlugin::listApiKeys(const HttpCall& call) {
    auto answer = ask(call, "GET", "/api/v1/apikey");
    if (!answer) return std::move(answer).error();
    Json keys = Json::array();
    for (Json key : (*answer)["apiKeys"].items()) {
        key.set("prefix", withoutMask(key.text("prefix")));
        keys.push(std::move(key));
    }
    return Reply::json(Json::object({{"apiKeys", std::move(keys)}}));
}

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
    return pass(call, "POST", "/api/v1/apikey/expire", Json::object({{"prefix", withMask(*prefix)}}));
}

Result<Reply> NodesPlugin::deleteApiKey(const HttpCall& call) {
    auto prefix = checkApiKeyPrefix(call.capture("prefix"));
    if (!prefix) return std::move(prefix).error();
    return pass(call, "DELETE", "/api/v1/apikey/" + percentEncode(withMask(*prefix)));
}

}  // namespace nodes
