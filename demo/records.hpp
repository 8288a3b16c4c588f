// How model objects are written to and read from the state file. Pure functions; a reader tolerates missing members so
// that an older state file still loads.
#pragma once

#include "demo/model.hpp"
#include "host/base/json.hpp"

namespace masthead::demo {

Json toRecord(const User& user);
Json toRecord(const PreAuthKey& key);
Json toRecord(const ApiKey& key);
Json toRecord(const Node& node);
Json toRecord(const StoredPolicy& policy);

User userFromRecord(const Json& record);
PreAuthKey preAuthKeyFromRecord(const Json& record);
ApiKey apiKeyFromRecord(const Json& record);
Node nodeFromRecord(const Json& record);
StoredPolicy policyFromRecord(const Json& record);

Json textList(const std::vector<std::string>& items);
std::vector<std::string> textList(const Json& items);

}  // namespace masthead::demo
