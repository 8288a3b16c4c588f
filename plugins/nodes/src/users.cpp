// Handlers of users.
#include "plugin.hpp"
#include "validate.hpp"

namespace nodes {

void NodesPlugin::bindUsers() {
    route("users.list", &NodesPlugin::listUsers);
    route("users.create", &NodesPlugin::createUser);
    route("users.rename", &NodesPlugin::renameUser);
    route("users.delete", &NodesPlugin::deleteUser);
}

Result<Reply> NodesPlugin::listUsers(const HttpCall& call) { return pass(call, "GET", "/api/v1/user"); }

Result<Reply> NodesPlugin::createUser(const HttpCall& call) {
    auto body = call.json();
    if (!body) return std::move(body).error();
    if (auto valid = checkUserName(body->text("name")); !valid) return std::move(valid).error();
    if (auto valid = checkText(body->text("displayName"), "display name", 128); !valid) return std::move(valid).error();
    if (!body->text("email").empty()) {
        if (auto valid = checkEmail(body->text("email")); !valid) return std::move(valid).error();
    }
    return pass(
        call, "POST", "/api/v1/user",
        Json::object({{"name", body->text("name")}, {"displayName", body->text("displayName")}, {"email", body->text("email")}}));
}

Result<Reply> NodesPlugin::renameUser(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "user");
    if (!id) return std::move(id).error();
    auto body = call.json();
    if (!body) return std::move(body).error();
    if (auto valid = checkUserName(body->text("name")); !valid) return std::move(valid).error();
    return pass(call, "POST", "/api/v1/user/" + *id + "/rename/" + percentEncode(body->text("name")));
}

Result<Reply> NodesPlugin::deleteUser(const HttpCall& call) {
    auto id = checkId(call.capture("id"), "user");
    if (!id) return std::move(id).error();
    return pass(call, "DELETE", "/api/v1/user/" + *id);
}

}  // namespace nodes
