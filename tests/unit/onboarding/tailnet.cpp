#include "tailnet.hpp"

#include <algorithm>

namespace onboarding::testing {

Tailnet::Tailnet() : users{{"1", "ada"}, {"2", "bob"}} {}

Json Tailnet::userJson(const std::string& id) const {
    for (const auto& [known, name] : users) {
        if (known == id) return Json::object({{"id", id}, {"name", name}, {"email", name + "@example.org"}, {"displayName", ""}});
    }
    return Json();
}

Result<Json> Tailnet::createKey(const Json& body) {
    if (refuse_keys > 0) {
        --refuse_keys;
        return Error{Code::InvalidArgument, "creating a pre-auth key: tags are not permitted"};
    }
    const std::string id = std::to_string(keys.size() + 1);
    keys.push_back({id, "hskey-auth-" + id + "-secret", body.text("user"), body.text("expiration"), body["aclTags"], false});
    return Json::object({{"preAuthKey", Json::object({{"id", id}, {"key", keys.back().text}, {"expiration", body["expiration"]}})}});
}

Result<Json> Tailnet::registerNode(const std::string& user, const std::string& auth_id) {
    if (dies_on_register) {
        away = true;
        return Error{Code::Unavailable, "the connection broke"};
    }
    if (waiting.erase(auth_id) == 0) return Error{Code::NotFound, "no pending registration with this id"};
    Json node = Json::object({{"id", "70"}, {"givenName", user + "-phone"}, {"ipAddresses", Json::array({"100.64.0.70"})}});
    nodes.push(node);
    return Json::object({{"node", node}});
}

Result<Json> Tailnet::answer(const std::string& method, const std::string& path, const Json& body) {
    if (away) return Error{Code::Unavailable, "headscale is not running at the moment"};
    if (method == "GET" && path == "/api/v1/user") {
        Json list = Json::array();
        for (const auto& user : users) list.push(userJson(user.first));
        return Json::object({{"users", list}});
    }
    if (method == "POST" && path == "/api/v1/user") {
        const std::string id = std::to_string(users.size() + 1);
        for (const auto& user : users) {
            if (user.second == body.text("name")) return Error{Code::Conflict, "a user of this name exists already"};
        }
        users.emplace_back(id, body.text("name"));
        return Json::object({{"user", userJson(id)}});
    }
    if (method == "POST" && path == "/api/v1/preauthkey") return createKey(body);
    if (method == "GET" && path == "/api/v1/preauthkey") {
        Json list = Json::array();
        for (const auto& key : keys) {
            list.push(Json::object({{"id", key.id}, {"key", "hskey-auth-***"}, {"user", userJson(key.user_id)}, {"expiration", key.expiration}, {"aclTags", key.tags}}));
        }
        return Json::object({{"preAuthKeys", list}});
    }
    if (method == "POST" && path == "/api/v1/preauthkey/expire") {
        for (auto& key : keys) {
            if (key.id == body.text("id")) key.expired = true;
        }
        return Json::object();
    }
    if (method == "GET" && path == "/api/v1/node") return Json::object({{"nodes", nodes}});
    if (method == "POST" && path == "/api/v1/auth/register") {
        if (lacks_auth_register) return Error{Code::Unimplemented, "headscale 0.28 lacks this"};
        registered_with.push_back(path);
        return registerNode(body.text("user"), body.text("authId"));
    }
    if (method == "POST" && path.rfind("/api/v1/node/register?", 0) == 0) {
        registered_with.push_back(path);
        return registerNode("ada", path.substr(path.find("key=") + 4));
    }
    if (method == "POST" && path.rfind("/api/v1/node/", 0) == 0 && path.find("/rename/") != std::string::npos) return Json::object({{"node", Json::object()}});
    return Error{Code::NotFound, "no such call: " + method + " " + path};
}

std::size_t Tailnet::liveKeys() const {
    return static_cast<std::size_t>(std::count_if(keys.begin(), keys.end(), [](const Key& key) { return !key.expired; }));
}

const Tailnet::Key* Tailnet::key(const std::string& id) const {
    for (const auto& key : keys) {
        if (key.id == id) return &key;
    }
    return nullptr;
}

void Tailnet::join(const std::string& key_id, const std::string& name) {
    nodes.push(Json::object({{"id", std::to_string(nodes.items().size() + 50)}, {"givenName", name}, {"ipAddresses", Json::array({"100.64.0.7", "fd7a::7"})},
                             {"preAuthKey", Json::object({{"id", key_id}})}}));
}

}  // namespace onboarding::testing
