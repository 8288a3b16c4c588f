// A headscale of a few lines behind FakeHost::headscale: users, pre-auth keys, nodes, registrations.
#pragma once

#include <masthead/testing/fake_host.hpp>
#include <set>
#include <string>
#include <vector>

namespace onboarding::testing {

using masthead::Code;
using masthead::Error;
using masthead::Json;
using masthead::Result;

class Tailnet {
public:
    struct Key {
        std::string id, text, user_id, expiration;
        Json tags = Json::array();
        bool expired = false;
    };

    Tailnet();
    Result<Json> answer(const std::string& method, const std::string& path, const Json& body);
    std::size_t liveKeys() const;
    const Key* key(const std::string& id) const;
    /// A node that came in with the key.
    void join(const std::string& key_id, const std::string& name);

    bool away = false;
    int refuse_keys = 0;       // the next so many
    bool dies_on_register = false;
    bool lacks_auth_register = false;
    std::vector<std::pair<std::string, std::string>> users;  // id, name
    std::vector<Key> keys;
    Json nodes = Json::array();
    std::set<std::string> waiting;            // registration ids
    std::vector<std::string> registered_with;  // paths

private:
    Result<Json> createKey(const Json& body);
    Result<Json> registerNode(const std::string& user, const std::string& auth_id);
    Json userJson(const std::string& id) const;
};

}  // namespace onboarding::testing
