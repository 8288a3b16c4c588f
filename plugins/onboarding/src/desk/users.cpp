#include "desk/users.hpp"

#include "text/hygiene.hpp"

namespace onboarding {
namespace {

Owner ownerFrom(const Json& user) { return {user.text("id"), user.text("name")}; }

Result<Owner> findOrCreate(const Services& services, const Json& users, const std::string& name, const Call& call) {
    for (const auto& user : users["users"].items()) {
        if (user.text("name") == name) return ownerFrom(user);
    }
    auto made = services.headscale().call("POST", "/api/v1/user", Json::object({{"name", name}}), &call);
    if (!made) return std::move(made).error();
    services.audit(&call, "onboarding.user-created", "user/" + name, true, Json::object());
    return ownerFrom((*made)["user"]);
}

}  // namespace

Result<Json> listUsers(const Services& services, const Call& call) { return services.headscale().call("GET", "/api/v1/user", Json(), &call); }

Result<Owner> userById(const Services& services, const std::string& id, const Call& call) {
    auto users = listUsers(services, call);
    if (!users) return std::move(users).error();
    for (const auto& user : (*users)["users"].items()) {
        if (user.text("id") == id) return ownerFrom(user);
    }
    return Error{Code::NotFound, "there is no user with the id " + id + " any more; choose another one"};
}

Owner suggest(const Json& users, const Request& request) {
    for (const auto* typed : {&request.contact, &request.person}) {
        const std::string text = lowerAscii(*typed);
        if (text.empty()) continue;
        for (const auto& user : users["users"].items()) {
            for (const char* member : {"name", "email", "displayName"}) {
                if (lowerAscii(user.text(member)) == text) return ownerFrom(user);
            }
        }
    }
    const std::string name = newUserName(request);
    for (const auto& user : users["users"].items()) {
        if (!name.empty() && user.text("name") == name) return ownerFrom(user);
    }
    return {};
}

std::string newUserName(const Request& request) {
    const std::string name = slug(request.person);
    return name.empty() ? slug(request.contact) : name;
}

Result<Owner> ownerOf(const Services& services, const Request& request, const Call& call) {
    const Grant& grant = request.grant;
    if (!grant.user_id.empty()) return userById(services, grant.user_id, call);
    if (grant.new_user.empty() && !grant.tags.empty()) return Owner{};
    auto users = listUsers(services, call);
    if (!users) return std::move(users).error();
    if (!grant.new_user.empty()) return findOrCreate(services, *users, grant.new_user, call);
    if (Owner known = suggest(*users, request); !known.id.empty()) return known;
    const std::string name = newUserName(request);
    if (name.empty()) return Error{Code::InvalidArgument, "no user name can be made of \"" + visible(request.person) + "\": choose the owner"};
    return findOrCreate(services, *users, name, call);
}

}  // namespace onboarding
