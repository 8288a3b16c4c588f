// Users: names are taken as they are, as headscale does; only local names must be unique.
#include "demo/api.hpp"

namespace masthead::demo {

namespace {

const std::string kNameTaken = "constraint failed: UNIQUE constraint failed: users.name (2067)";

Failure userNotFound(const std::string& attempt) { return {grpc_code::kUnknown, "user not found", 404, attempt, "user not found"}; }

}  // namespace

Reply Api::createUser(const Json& request) {
    User user;
    user.name = request.text("name");
    if (localNameTaken(user.name, 0)) {
        const std::string reason = "creating user: " + kNameTaken;
        Failure failure{grpc_code::kInternal, "creating user: " + reason, 409, "user already exists", ""};
        // An empty name is stored empty, so 0.30's look-up by name does not see it and the database refuses it instead.
        if (user.name.empty()) {
            failure.status = 500;
            failure.detail = "creating user";
            failure.cause = reason;
        }
        return failure;
    }
    user.display_name = request.text("displayName");
    user.email = request.text("email");
    user.picture_url = request.text("pictureUrl");
    user.created_ms = tailnet_.nowMs();
    user.id = tailnet_.put(user);
    return Json::object({{"user", userForm(user)}});
}

Reply Api::renameUser(const Json& request) {
    const User* found = userById(id(request, "oldId"));
    if (!found) return userNotFound("renaming user");
    User user = *found;
    user.name = request.text("newName");
    if (user.provider_id.empty() && localNameTaken(user.name, user.id)) {
        const std::string reason = "updating user: " + kNameTaken;
        return Failure{grpc_code::kUnknown, reason, 500, "renaming user", reason};
    }
    tailnet_.put(user);
    return Json::object({{"user", userForm(user)}});
}

Reply Api::deleteUser(const Json& request) {
    const User* user = userById(id(request, "id"));
    if (!user) return userNotFound("deleting user");
    const std::uint64_t user_id = user->id;
    for (const auto& [node_id, node] : tailnet_.nodes()) {
        if (node.user == user_id && node.tags.empty()) {
            const std::string reason = "user not empty: node(s) found";
            return Failure{grpc_code::kUnknown, reason, 400, "deleting user", reason};
        }
    }
    std::vector<std::uint64_t> keys;
    for (const auto& [key_id, key] : tailnet_.preAuthKeys()) {
        if (key.user == user_id) keys.push_back(key_id);
    }
    for (const auto key : keys) tailnet_.erasePreAuthKey(key);
    tailnet_.eraseUser(user_id);
    return Json::object();
}

Reply Api::listUsers(const Json& request) {
    const std::string& name = request.text("name");
    const std::string& email = request.text("email");
    const std::uint64_t user_id = id(request, "id");
    Json::Array users;
    for (const auto& [key, user] : tailnet_.users()) {
        // Only one filter counts: name, else email, else id.
        const bool wanted = !name.empty() ? user.name == name : !email.empty() ? user.email == email : user_id == 0 || key == user_id;
        if (wanted) users.push_back(userForm(user));
    }
    return Json::object({{"users", Json(std::move(users))}});
}

}  // namespace masthead::demo
