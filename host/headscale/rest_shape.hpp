// headscale's REST v1 JSON shape of our types, both ways: ids are decimal strings, names lowerCamel, no member left out,
// times RFC 3339 or null. Used by the REST driver, the live view and the facade for plugins. Pure functions.
//
// Reading is lenient about missing members (older or newer servers) and strict about an id that is none.
#pragma once

#include "host/base/json.hpp"
#include "host/base/result.hpp"
#include "host/headscale/types.hpp"

namespace masthead::headscale {

Json toRest(const User& user);
Json toRest(const PreAuthKey& key);
Json toRest(const Node& node);
Json toRest(const ApiKey& key);
Json toRest(const Policy& policy);
Json toRest(const std::vector<std::string>& list);

template <typename T>
Json toRest(const std::vector<T>& list) {
    Json::Array items;
    items.reserve(list.size());
    for (const T& item : list) items.push_back(toRest(item));
    return Json(std::move(items));
}

Json restTime(Time time);

/// Internal when the value is no such object.
Result<User> userFromRest(const Json& value);
Result<PreAuthKey> preAuthKeyFromRest(const Json& value);
Result<Node> nodeFromRest(const Json& value);
Result<ApiKey> apiKeyFromRest(const Json& value);
Policy policyFromRest(const Json& value);

/// Strings of an array; anything else in it is left out.
std::vector<std::string> textsOf(const Json& value);
/// "17" or 17; nullopt otherwise.
std::optional<Id> idOf(const Json& value);

}  // namespace masthead::headscale
