// Users of the tailnet as owners of new devices. Calls headscale; thread-safe.
#pragma once

#include <string>

#include "desk/services.hpp"
#include "domain/request.hpp"

namespace onboarding {

struct Owner {
    std::string id, name;  // both empty: the device is owned by its tags
};

/// {"users":[...]} of headscale.
Result<Json> listUsers(const Services& services, const Call& call);

/// The user of this id; NotFound says so.
Result<Owner> userById(const Services& services, const std::string& id, const Call& call);

/// Whom the person who typed this may be: a user whose name, address or display name is what was typed; empty when there is none.
Owner suggest(const Json& users, const Request& request);

/// The owner that the grant names, found or created; without one, and without tags, the suggestion, else a new user.
Result<Owner> ownerOf(const Services& services, const Request& request, const Call& call);

/// The name of the user that would be made for the person; empty when nothing usable was typed.
std::string newUserName(const Request& request);

}  // namespace onboarding
