// NodesPlugin: binds the routes of plugin.json. Keeps nothing but the handle of the headscale service, set once by start();
// handlers run concurrently.
#pragma once

#include <masthead/plugin.hpp>
#include <optional>
#include <string>

namespace nodes {

using masthead::Code;
using masthead::Error;
using masthead::HttpCall;
using masthead::Json;
using masthead::Reply;
using masthead::Result;
using masthead::Status;

class NodesPlugin final : public masthead::Plugin {
public:
    explicit NodesPlugin(masthead::Host host);
    Status start() override;

private:
    void bindNodes();
    void bindUsers();
    void bindKeys();
    void bindApiKeys();

    Result<Reply> listNodes(const HttpCall& call);
    Result<Reply> getNode(const HttpCall& call);
    Result<Reply> renameNode(const HttpCall& call);
    Result<Reply> expireNode(const HttpCall& call);
    Result<Reply> setTags(const HttpCall& call);
    Result<Reply> setRoutes(const HttpCall& call);
    Result<Reply> setExitNode(const HttpCall& call);
    Result<Reply> deleteNode(const HttpCall& call);
    Result<Reply> registerNode(const HttpCall& call);

    Result<Reply> listUsers(const HttpCall& call);
    Result<Reply> createUser(const HttpCall& call);
    Result<Reply> renameUser(const HttpCall& call);
    Result<Reply> deleteUser(const HttpCall& call);

    Result<Reply> listKeys(const HttpCall& call);
    Result<Reply> createKey(const HttpCall& call);
    Result<Reply> expireKey(const HttpCall& call);
    Result<Reply> deleteKey(const HttpCall& call);

    Result<Reply> listApiKeys(const HttpCall& call);
    Result<Reply> createApiKey(const HttpCall& call);
    Result<Reply> expireApiKey(const HttpCall& call);
    Result<Reply> deleteApiKey(const HttpCall& call);

    /// Hands headscale's answer through as it is.
    Result<Reply> pass(const HttpCall& call, const std::string& method, const std::string& path, const Json& body = Json()) const;
    Result<Json> ask(const HttpCall& call, const std::string& method, const std::string& path, const Json& body = Json()) const;

    std::optional<masthead::Headscale> headscale_;
};

}  // namespace nodes
